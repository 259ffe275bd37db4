using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// Last stage of the pipeline: asks the store which pieces it lacks, writes those, commits in chunks, and notes the file's recipe and the
/// tensors' hashes on the way.
/// </summary>
internal sealed class WindowStorer(
    IIngestSession session,
    IReadOnlyList<TensorInfo> tensors,
    ImportOptions options,
    IReadOnlyDictionary<int, ContentHash> known,
    SourceFile? inPlace)
{
    private readonly List<RecipeSegment> _segments = [];
    private readonly Dictionary<int, ContentHash> _tensorHashes = [];
    private readonly List<BlockPlacement> _blocks = [];
    private ContentHash[] _hashes = [];
    private bool[] _stored = [];
    private BlockCutter? _cutter;
    private int _cutTensor;

    /// <summary>Pieces the store had already.</summary>
    public long ReusedAtoms { get; private set; }

    /// <summary>The recipe so far.</summary>
    public IReadOnlyList<RecipeSegment> Segments => _segments;

    /// <summary>The hashes of the tensors so far, by number.</summary>
    public IReadOnlyDictionary<int, ContentHash> TensorHashes => _tensorHashes;

    /// <summary>Stores a hashed window; windows have to come in order.</summary>
    public void Store(Window window)
    {
        HashSet<int> whole = FindWhole(window);
        List<Piece> atoms = [.. window.Pieces.Where(piece => piece.IsAtom && !IsDone(piece) && !whole.Contains(piece.TensorNumber))];
        Array.Resize(ref _hashes, atoms.Count);
        Array.Resize(ref _stored, atoms.Count);
        for (int i = 0; i < atoms.Count; i++)
        {
            _hashes[i] = atoms[i].Hash;
        }

        session.FindStored(_hashes, _stored);
        for (int i = 0; i < atoms.Count; i++)
        {
            if (_stored[i])
            {
                ReusedAtoms++;
            }
            else
            {
                Write(atoms[i], window);
            }
        }

        foreach (Piece piece in window.Pieces)
        {
            if (whole.Contains(piece.TensorNumber))
            {
                ReusedAtoms++;
            }

            Note(piece, window, whole);
        }
    }

    /// <summary>Commits if the chunk is large enough.</summary>
    public void CommitIfDue(long bytesProcessed)
    {
        if (session.UncommittedBytes >= options.CommitBytes || session.UncommittedAtoms >= options.CommitAtoms)
        {
            session.Commit(bytesProcessed);
        }
    }

    /// <summary>
    /// The tensors of several pieces that lie in the window from beginning to end and that the store has already, under whatever cut.
    /// </summary>
    private HashSet<int> FindWhole(Window window)
    {
        HashSet<int> begun =
        [
            .. window.Pieces.Where(piece => piece is { Ordinal: 0, EndsTensor: false, TensorNumber: >= 0 }).Select(piece => piece.TensorNumber),
        ];
        List<Piece> ends = [.. window.Pieces.Where(piece => piece.EndsTensor && begun.Contains(piece.TensorNumber) && !IsDone(piece))];
        bool[] stored = new bool[ends.Count];
        session.FindStored([.. ends.Select(piece => piece.TensorHash)], stored);
        return [.. ends.Where((_, i) => stored[i]).Select(piece => piece.TensorNumber)];
    }

    private BlockCutter CutterOf(int tensorNumber)
    {
        if (_cutter is null || _cutTensor != tensorNumber)
        {
            _cutter = new BlockCutter(tensors[tensorNumber], options.Granularity, options.BlockBytes);
            _cutTensor = tensorNumber;
        }

        return _cutter;
    }

    private void Write(Piece piece, Window window)
    {
        if (inPlace is not null && session is IInPlaceSession places && piece.TensorNumber >= 0 && !IsTurned(tensors[piece.TensorNumber]))
        {
            places.ReferTo(piece.Hash, inPlace, piece.FileOffset, piece.Length);
        }
        else
        {
            session.WritePayload(piece.Hash, window.Content.Span.Slice(piece.BufferOffset, piece.Length));
        }
    }

    private static bool IsTurned(TensorInfo tensor) => tensor.ByteOrder == ByteOrder.Big && !tensor.Dtype.Layout().IsByteOrderFree;

    private bool IsDone(Piece piece) => piece.TensorNumber >= 0 && known.ContainsKey(piece.TensorNumber);

    private void Note(Piece piece, Window window, HashSet<int> whole)
    {
        if (piece.TensorNumber < 0)
        {
            _segments.Add(new RecipeSegment
            {
                FileOffset = piece.FileOffset,
                Length = piece.Length,
                Atom = piece.IsAtom ? piece.Hash : null,
                Literal = piece.IsAtom ? null : window.Raw.Slice(piece.BufferOffset, piece.Length).ToArray(),
            });
            return;
        }

        TensorInfo tensor = tensors[piece.TensorNumber];
        bool isDone = IsDone(piece);
        if (!isDone && !(piece.EndsTensor && piece.Ordinal == 0) && !whole.Contains(piece.TensorNumber))
        {
            (long x, long y, long z) = CutterOf(piece.TensorNumber).PositionOf(piece.TensorOffset);
            _blocks.Add(new BlockPlacement(piece.Ordinal, piece.Hash, piece.TensorOffset, piece.Length, x, y, z));
        }

        if (!piece.EndsTensor)
        {
            return;
        }

        ContentHash hash = isDone ? known[piece.TensorNumber] : piece.TensorHash;
        if (!isDone)
        {
            session.AddTensor(piece.TensorNumber, new IngestedTensor(hash, tensor.SizeBytes, [.. _blocks]));
            _blocks.Clear();
        }

        _tensorHashes[piece.TensorNumber] = hash;
        _segments.Add(new RecipeSegment
        {
            FileOffset = piece.FileOffset - piece.TensorOffset,
            Length = tensor.SizeBytes,
            Atom = hash,
            TurnedDtype = IsTurned(tensor) ? tensor.Dtype : null,
        });
    }
}
