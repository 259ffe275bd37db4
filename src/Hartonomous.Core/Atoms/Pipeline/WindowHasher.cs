using System.Security.Cryptography;
using Hartonomous.Core.Hashing;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// Second stage of the pipeline: the hashes of the pieces and of the tensors, in one pass over a batch of windows. All pieces, and the
/// tensors that lie whole in the batch, are independent of each other and go side by side; a tensor that reaches over a batch's end is a
/// chain that runs on from batch to batch.
/// </summary>
/// <param name="isKnownTensor">Tells the tensors, by number, that need no hashes.</param>
/// <param name="workers">Threads that may work at it.</param>
internal sealed class WindowHasher(Func<int, bool> isKnownTensor, int workers) : IDisposable
{
    private readonly IncrementalHash _longTensor = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Hashes windows, which have to come in order, batch by batch.</summary>
    public IEnumerable<Window> Hash(IEnumerable<Window> windows)
    {
        List<Window> batch = [];
        foreach (Window window in windows)
        {
            batch.Add(window);
            if (window.EndsBatch)
            {
                HashBatch(batch);
                foreach (Window hashed in batch)
                {
                    yield return hashed;
                }

                batch.Clear();
            }
        }
    }

    public void Dispose() => _longTensor.Dispose();

    private void HashBatch(List<Window> batch)
    {
        List<(Piece Piece, HashMessage Message)> pieces = [];
        foreach (Window window in batch)
        {
            foreach (Piece piece in window.Pieces.Where(NeedsHash))
            {
                pieces.Add((piece, new HashMessage(window.Content.Slice(piece.BufferOffset, piece.Length))));
            }
        }

        List<TensorRun> runs = FindRuns(batch);
        List<(Piece Last, HashMessage Message)> tensors =
            [.. runs.Where(run => run.IsWhole).Select(run => (run.Last, new HashMessage([.. run.Parts])))];
        Parallel.Invoke(
            () => MultiHash.HashAll([.. pieces.Concat(tensors).Select(entry => entry.Item2)], workers),
            () => HashLongTensors(runs.Where(run => !run.IsWhole)));
        foreach ((Piece piece, HashMessage message) in pieces)
        {
            piece.Hash = message.Hash;
            if (piece is { Ordinal: 0, EndsTensor: true })
            {
                piece.TensorHash = message.Hash;
            }
        }

        foreach ((Piece last, HashMessage message) in tensors)
        {
            last.TensorHash = message.Hash;
        }
    }

    private bool NeedsHash(Piece piece) => piece.IsAtom && !(piece.TensorNumber >= 0 && isKnownTensor(piece.TensorNumber));

    /// <summary>The tensors of more than one piece in a batch.</summary>
    private List<TensorRun> FindRuns(List<Window> batch)
    {
        List<TensorRun> runs = [];
        foreach (Window window in batch)
        {
            foreach (IGrouping<int, Piece> group in window.Pieces
                .Where(piece => piece.TensorNumber >= 0 && NeedsHash(piece)).GroupBy(piece => piece.TensorNumber))
            {
                Piece first = group.First();
                Piece last = group.Last();
                if (first.Ordinal == 0 && first.EndsTensor)
                {
                    continue;
                }

                if (runs.Count == 0 || runs[^1].Last.TensorNumber != first.TensorNumber)
                {
                    runs.Add(new TensorRun(first));
                }

                runs[^1].Add(last, window.Content[first.BufferOffset..(last.BufferOffset + last.Length)]);
            }
        }

        return runs;
    }

    private void HashLongTensors(IEnumerable<TensorRun> runs)
    {
        foreach (TensorRun run in runs)
        {
            foreach (ReadOnlyMemory<byte> part in run.Parts)
            {
                _longTensor.AppendData(part.Span);
            }

            if (run.Last.EndsTensor)
            {
                run.Last.TensorHash = new ContentHash(_longTensor.GetHashAndReset());
            }
        }
    }

    /// <summary>What lies of a tensor in a batch.</summary>
    private sealed class TensorRun(Piece first)
    {
        private readonly bool _isFromStart = first.Ordinal == 0;
        private readonly List<ReadOnlyMemory<byte>> _parts = [];

        public Piece Last { get; private set; } = first;

        public IReadOnlyList<ReadOnlyMemory<byte>> Parts => _parts;

        public bool IsWhole => _isFromStart && Last.EndsTensor;

        public void Add(Piece last, ReadOnlyMemory<byte> part)
        {
            Last = last;
            _parts.Add(part);
        }
    }
}
