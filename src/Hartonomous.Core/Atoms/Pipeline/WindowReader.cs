using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>First stage of the pipeline: cuts a file's layout into pieces and reads them, window by window, each byte once and in order.</summary>
/// <param name="source">What to read.</param>
/// <param name="layout">How it is divided.</param>
/// <param name="tensors">All tensors of the model.</param>
/// <param name="options">The cut.</param>
/// <param name="slabs">Buffers, at least as long as the longest piece.</param>
/// <param name="batchSlabs">Buffers that a batch may take, fewer than there are.</param>
/// <param name="cancellation">Ends the waiting for a buffer.</param>
/// <remarks>
/// Windows are hashed in batches. A tensor of up to a quarter of a batch lies whole in one, so that it can be hashed beside others.
/// </remarks>
internal sealed class WindowReader(
    ByteSource source,
    FileLayout layout,
    IReadOnlyList<TensorInfo> tensors,
    ImportOptions options,
    SlabPool slabs,
    int batchSlabs,
    CancellationToken cancellation)
{
    /// <summary>Literal runs up to this length stay in the recipe; longer ones become atoms.</summary>
    public const int InlineLiteralBytes = 4096;

    private const int WindowPieces = 8192;

    /// <summary>Reads the file. Every window is to be released.</summary>
    public IEnumerable<Window> Read()
    {
        List<Piece> pieces = [];
        int length = 0;
        int used = 0;
        foreach (Piece piece in Cut())
        {
            bool startsBatch = !FitsBatch(piece, used);
            if (pieces.Count > 0 && (startsBatch || length + piece.Length > slabs.SlabBytes || pieces.Count == WindowPieces))
            {
                Window window = Fill(pieces, length);
                used += pieces.Exists(IsTurned) ? 2 : 1;
                window.EndsBatch = startsBatch || used >= batchSlabs;
                used = window.EndsBatch ? 0 : used;
                yield return window;
                pieces = [];
                length = 0;
            }

            piece.BufferOffset = length;
            pieces.Add(piece);
            length += piece.Length;
        }

        if (pieces.Count > 0)
        {
            Window window = Fill(pieces, length);
            window.EndsBatch = true;
            yield return window;
        }
    }

    /// <summary>Whether a batch that has taken some buffers, one more for the window at hand, has room for the tensor that begins here.</summary>
    private bool FitsBatch(Piece piece, int used)
    {
        if (piece.TensorNumber < 0 || piece.Ordinal > 0 || piece.EndsTensor)
        {
            return true;
        }

        long needed = (tensors[piece.TensorNumber].SizeBytes / slabs.SlabBytes) + 1;
        needed = IsTurned(piece) ? 2 * needed : needed;
        return used + 1 + needed <= batchSlabs || needed > batchSlabs / 4;
    }

    private IEnumerable<Piece> Cut()
    {
        foreach (LayoutSegment segment in layout.Segments)
        {
            BlockCutter? cutter = segment.TensorNumber >= 0
                ? new BlockCutter(tensors[segment.TensorNumber], options.Granularity, options.BlockBytes)
                : null;
            int ordinal = 0;
            for (long offset = 0; offset < segment.Length;)
            {
                int length = cutter?.LengthAt(offset) ?? (int)Math.Min(options.BlockBytes, segment.Length - offset);
                yield return new Piece
                {
                    FileOffset = segment.Offset + offset,
                    Length = length,
                    TensorNumber = segment.TensorNumber,
                    Ordinal = ordinal++,
                    TensorOffset = offset,
                    EndsTensor = cutter is not null && offset + length == segment.Length,
                    IsAtom = cutter is not null || segment.Length > InlineLiteralBytes,
                };
                offset += length;
            }
        }
    }

    private Window Fill(List<Piece> pieces, int length)
    {
        Slab raw = slabs.Rent(cancellation);
        source.ReadExactly(pieces[0].FileOffset, raw.GetSpan()[..length]);
        Slab? turned = null;
        foreach (Piece piece in pieces.Where(IsTurned))
        {
            if (turned is null)
            {
                turned = slabs.Rent(cancellation);
                raw.GetSpan()[..length].CopyTo(turned.GetSpan());
            }

            ByteOrderByteSource.Turn(turned.GetSpan().Slice(piece.BufferOffset, piece.Length), tensors[piece.TensorNumber].Dtype.Layout());
        }

        return new Window(slabs, raw, turned, length, pieces);
    }

    private bool IsTurned(Piece piece) =>
        piece.TensorNumber >= 0 && tensors[piece.TensorNumber] is { ByteOrder: ByteOrder.Big } tensor && !tensor.Dtype.Layout().IsByteOrderFree;
}
