using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// Cuts a tensor into blocks: whole rows, as many as fit in the block size, never across the tensor's end. A row longer than a block is cut
/// between values (between quantization blocks of a quantized type), each row for itself. The cut depends on nothing but shape, encoding
/// and block size, so that equal parts of different tensors meet.
/// </summary>
internal sealed class BlockCutter
{
    private readonly TensorInfo _tensor;
    private readonly BlockLayout _layout;
    private readonly long _rowBytes;
    private readonly long _blockBytes;
    private readonly bool _cutsRows;

    /// <param name="tensor">A tensor of more than 0 bytes.</param>
    /// <param name="blockBytes">
    /// Size of a block at most; a single value, or quantization block, larger than this is a block by itself.
    /// </param>
    public BlockCutter(TensorInfo tensor, int blockBytes)
    {
        _tensor = tensor;
        _layout = tensor.Dtype.Layout();

        // Rows of bit-packed types may share a byte; then the tensor counts as one row.
        bool hasRows = tensor.Dtype.TryGetByteCount(tensor.Shape.RowLength, out _rowBytes);
        if (!hasRows)
        {
            _rowBytes = tensor.SizeBytes;
        }

        _cutsRows = _rowBytes > blockBytes;
        _blockBytes = _cutsRows
            ? Math.Max(blockBytes / _layout.Bytes, 1) * _layout.Bytes
            : blockBytes / _rowBytes * _rowBytes;
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
}
