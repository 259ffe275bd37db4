namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// The values of a strided view in row-major order, in the byte order they are stored in. They are gathered tile by tile: whole inner
/// dimensions, as many as fit into a tile, each read along the dimension whose values lie closest together.
/// </summary>
/// <remarks>Holds one tile and one buffer; reading on within a tile costs a copy. Reads from several threads take turns.</remarks>
internal sealed class StridedByteSource : ByteSource
{
    private const int TileBytes = 8 * 1024 * 1024;
    private const int BufferBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly ByteSource _storage;
    private readonly long _start;
    private readonly int _width;
    private readonly long[] _size;
    private readonly long[] _stride;

    // Elements of output between neighbours along each dimension.
    private readonly long[] _output;
    private readonly int _tiledDimension;
    private readonly long _rowsPerTile;
    private byte[] _tile = [];
    private byte[] _buffer = [];
    private long _tileStart = -1;

    /// <summary>Makes the view. Its values are known to lie within the storage.</summary>
    /// <param name="storage">The bytes; not owned.</param>
    /// <param name="start">Where the first value begins in them.</param>
    /// <param name="width">Bytes of one value.</param>
    /// <param name="size">The dimensions, outermost first, none of them 0.</param>
    /// <param name="stride">For each dimension how many values lie between neighbours along it.</param>
    public StridedByteSource(ByteSource storage, long start, int width, long[] size, long[] stride)
    {
        _storage = storage;
        _start = start;
        _width = width;
        _size = size;
        _stride = stride;
        _output = new long[size.Length];
        long count = 1;
        for (int i = size.Length - 1; i >= 0; i--)
        {
            _output[i] = count;
            count *= size[i];
        }

        Length = count * width;

        // The innermost dimension that does not fit into a tile as a whole is cut; those within it are taken whole.
        long capacity = TileBytes / width;
        _tiledDimension = 0;
        for (int i = size.Length - 1; i >= 0; i--)
        {
            _tiledDimension = i;
            if (_output[i] * size[i] > capacity)
            {
                break;
            }
        }

        _rowsPerTile = Math.Min(size[_tiledDimension], Math.Max(1, capacity / _output[_tiledDimension]));
    }

    public override string Name => _storage.Name;

    public override long Length { get; }

    public override DateTime LastWriteTimeUtc => _storage.LastWriteTimeUtc;

    public override bool HasChanged() => _storage.HasChanged();

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        lock (_lock)
        {
            while (destination.Length > 0)
            {
                if (_tileStart < 0 || offset < _tileStart || offset >= _tileStart + _tile.Length)
                {
                    Fill(offset);
                }

                int within = (int)(offset - _tileStart);
                int count = Math.Min(destination.Length, _tile.Length - within);
                _tile.AsSpan(within, count).CopyTo(destination);
                offset += count;
                destination = destination[count..];
            }
        }
    }

    private void Fill(long offset)
    {
        long block = _output[_tiledDimension] * _size[_tiledDimension];
        long element = offset / _width;
        long outer = element / block;
        long firstRow = element % block / _output[_tiledDimension] / _rowsPerTile * _rowsPerTile;
        long rows = Math.Min(_rowsPerTile, _size[_tiledDimension] - firstRow);

        // Where the tile begins in the storage: the outer dimensions' place, then that of the first row.
        long source = firstRow * _stride[_tiledDimension];
        for (int i = _tiledDimension - 1; i >= 0; i--)
        {
            source += outer % _size[i] * _stride[i];
            outer /= _size[i];
        }

        int length = (int)(rows * _output[_tiledDimension] * _width);
        if (_tile.Length != length)
        {
            _tile = new byte[length];
        }

        // Invalid until it is whole, should a read fail half-way.
        _tileStart = -1;
        Gather(rows, source);
        _tileStart = ((element / block * block) + (firstRow * _output[_tiledDimension])) * _width;
    }

    // The dimensions of the tile from the farthest apart to the closest together; the last one is read in runs.
    private void Gather(long rows, long source)
    {
        int[] order = [.. Enumerable.Range(_tiledDimension, _size.Length - _tiledDimension).OrderByDescending(i => _stride[i])];
        long[] counts = [.. order.Select(i => i == _tiledDimension ? rows : _size[i])];
        int inner = Array.FindLastIndex(order, i => _stride[i] > 0);
        if (inner >= 0)
        {
            // Dimensions of stride 0 repeat one value; they come before the run, which then is read again from the buffer of the system.
            (order[inner], order[^1]) = (order[^1], order[inner]);
            (counts[inner], counts[^1]) = (counts[^1], counts[inner]);
        }

        GatherDimension(order, counts, 0, source, 0);
    }

    private void GatherDimension(int[] order, long[] counts, int level, long source, long output)
    {
        int dimension = order[level];
        if (level == order.Length - 1)
        {
            ReadRun(counts[level], _stride[dimension], source, _output[dimension], output);
            return;
        }

        for (long i = 0; i < counts[level]; i++)
        {
            GatherDimension(order, counts, level + 1, source + (i * _stride[dimension]), output + (i * _output[dimension]));
        }
    }

    private void ReadRun(long count, long stride, long source, long outputStep, long output)
    {
        if (stride == 1 && outputStep == 1)
        {
            _storage.ReadCore(_start + (source * _width), _tile.AsSpan((int)(output * _width), (int)(count * _width)));
            return;
        }

        // As many values at once as their span fits into the buffer; at least one.
        long perRead = stride == 0 ? count : Math.Max(1, ((BufferBytes / _width) - 1) / stride + 1);
        for (long done = 0; done < count; done += perRead)
        {
            long part = Math.Min(perRead, count - done);
            int span = (int)((((part - 1) * stride) + 1) * _width);
            if (_buffer.Length < span)
            {
                _buffer = new byte[Math.Max(span, 4096)];
            }

            _storage.ReadCore(_start + ((source + (done * stride)) * _width), _buffer.AsSpan(0, span));
            for (long i = 0; i < part; i++)
            {
                _buffer.AsSpan((int)(i * stride * _width), _width)
                    .CopyTo(_tile.AsSpan((int)((output + ((done + i) * outputStep)) * _width), _width));
            }
        }
    }
}
