using System.Numerics;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// Cuts a tensor into pieces, never across its end. The cut depends on nothing but shape, encoding, granularity and block size, so that
/// equal parts of different tensors meet.
/// <list type="bullet">
/// <item><description>
/// By block: whole rows, as many as fit in the block size. A row longer than a block is cut between values (between quantization blocks
/// of a quantized type), each row for itself.
/// </description></item>
/// <item><description>By tensor: the same with blocks of 64 MiB, so that memory stays bounded.</description></item>
/// <item><description>By row: single rows; a row of over 64 MiB is cut between values.</description></item>
/// <item><description>By value: the smallest runs of bytes that hold whole values.</description></item>
/// </list>
/// </summary>
internal sealed class BlockCutter
{
    /// <summary>Longest piece of a cut by tensor or row: 64 MiB.</summary>
    public const int LargestPieceBytes = 64 << 20;

    /// <summary>
    /// Most pieces of a cut by row or value. A tensor that would have more is cut into blocks: every piece costs some 200 bytes of index.
    /// </summary>
    public const long MostPieces = 1 << 20;

    private readonly TensorInfo _tensor;
    private readonly BlockLayout _layout;
    private readonly long _rowBytes;
    private readonly long _blockBytes;
    private readonly bool _cutsRows;

    /// <param name="tensor">A tensor of more than 0 bytes.</param>
    /// <param name="granularity">Into what it is cut.</param>
    /// <param name="blockBytes">
    /// Size of a block at most; a single value, or quantization block, larger than this is a block by itself.
    /// </param>
    public BlockCutter(TensorInfo tensor, Granularity granularity, int blockBytes)
    {
        _tensor = tensor;
        _layout = tensor.Dtype.Layout();
        Granularity used = IsTooFine(tensor, granularity) ? Granularity.Block : granularity;
        long limit = used switch
        {
            Granularity.Block => blockBytes,
            Granularity.Value => _layout.Bytes,
            _ => LargestPieceBytes,
        };

        // Rows of bit-packed types may share a byte; by blocks the tensor then counts as one row.
        _rowBytes = used switch
        {
            Granularity.Value => _layout.Bytes,
            Granularity.Row => RowBytes(tensor, _layout),
            _ => tensor.Dtype.TryGetByteCount(tensor.Shape.RowLength, out long bytes) ? bytes : tensor.SizeBytes,
        };
        _cutsRows = _rowBytes > limit;
        _blockBytes = _cutsRows ? Math.Max(limit / _layout.Bytes, 1) * _layout.Bytes
            : used == Granularity.Row ? _rowBytes
            : limit / _rowBytes * _rowBytes;
    }

    /// <summary>Length of the block that begins at an offset the cutter gave.</summary>
    public int LengthAt(long offset)
    {
        long end = _cutsRows ? Math.Min(_tensor.SizeBytes, (offset / _rowBytes * _rowBytes) + _rowBytes) : _tensor.SizeBytes;
        return (int)Math.Min(_blockBytes, end - offset);
    }

    /// <summary>Whether the whole tensor is one block.</summary>
    public bool IsSingleBlock => LengthAt(0) == _tensor.SizeBytes;

    /// <summary>The place, in the tensor's shape, of the first value of the block at an offset.</summary>
    public (long X, long Y, long Z) PositionOf(long offset)
    {
        long value = offset / _layout.Bytes * _layout.Elements;
        long rowLength = _tensor.Shape.RowLength;
        long rows = _tensor.Shape.Rank < 2 ? 1 : _tensor.Shape.Dimensions[^2];
        long row = value / rowLength;
        return (value % rowLength, row % rows, row / rows);
    }

    /// <summary>Whether a cut would give more than <see cref="MostPieces"/>, so that blocks are cut instead.</summary>
    public static bool IsTooFine(TensorInfo tensor, Granularity granularity)
    {
        if (tensor.SizeBytes == 0 || granularity is not (Granularity.Row or Granularity.Value))
        {
            return false;
        }

        BlockLayout layout = tensor.Dtype.Layout();
        long piece = granularity == Granularity.Value ? layout.Bytes : RowBytes(tensor, layout);
        return ((tensor.SizeBytes - 1) / piece) + 1 > MostPieces;
    }

    /// <summary>Bytes of the fewest rows that fill whole bytes, or blocks of the encoding; of the tensor, where it ends before.</summary>
    private static long RowBytes(TensorInfo tensor, BlockLayout layout)
    {
        long length = tensor.Shape.RowLength;
        long rows = layout.Elements / (long)BigInteger.GreatestCommonDivisor(length, layout.Elements);
        UInt128 bytes = (UInt128)(ulong)length * (ulong)rows / (ulong)layout.Elements * (ulong)layout.Bytes;
        return (long)UInt128.Min(bytes, (ulong)tensor.SizeBytes);
    }
}
