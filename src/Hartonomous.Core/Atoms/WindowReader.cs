using System.Buffers;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms;

/// <summary>First stage of the pipeline: cuts a file's layout into pieces and reads them, window by window, each byte once and in order.</summary>
internal sealed class WindowReader(ByteSource source, FileLayout layout, IReadOnlyList<TensorInfo> tensors, ImportOptions options)
{
    /// <summary>Literal runs up to this length stay in the recipe; longer ones become atoms.</summary>
    public const int InlineLiteralBytes = 4096;

    private const int WindowBytes = 8 << 20;
    private const int WindowPieces = 8192;

    /// <summary>Reads the file. Buffers come from the shared pool; <see cref="Release"/> gives them back.</summary>
    public IEnumerable<Window> Read()
    {
        int capacity = Math.Max(WindowBytes, options.BlockBytes);
        List<Piece> pieces = [];
        int length = 0;
        foreach (Piece piece in Cut())
        {
            if (pieces.Count > 0 && (length + piece.Length > capacity || pieces.Count == WindowPieces))
            {
                yield return Fill(pieces, length);
                pieces = [];
                length = 0;
            }

            piece.BufferOffset = length;
            pieces.Add(piece);
            length += piece.Length;
        }

        if (pieces.Count > 0)
        {
            yield return Fill(pieces, length);
        }
    }

    /// <summary>Gives a window's buffers back.</summary>
    public static void Release(Window window)
    {
        if (!ReferenceEquals(window.Raw, window.Content))
        {
            ArrayPool<byte>.Shared.Return(window.Content);
        }

        ArrayPool<byte>.Shared.Return(window.Raw);
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
        byte[] raw = ArrayPool<byte>.Shared.Rent(length);
        source.ReadExactly(pieces[0].FileOffset, raw.AsSpan(0, length));
        byte[] content = raw;
        foreach (Piece piece in pieces.Where(IsTurned))
        {
            if (ReferenceEquals(content, raw))
            {
                content = ArrayPool<byte>.Shared.Rent(length);
                raw.AsSpan(0, length).CopyTo(content);
            }

            ByteOrderByteSource.Turn(content.AsSpan(piece.BufferOffset, piece.Length), tensors[piece.TensorNumber].Dtype.Layout());
        }

        return new Window { Raw = raw, Content = content, Length = length, Pieces = pieces };
    }

    private bool IsTurned(Piece piece) =>
        piece.TensorNumber >= 0 && tensors[piece.TensorNumber] is { ByteOrder: ByteOrder.Big } tensor && !tensor.Dtype.Layout().IsByteOrderFree;
}
