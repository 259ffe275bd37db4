using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>
/// The values of a chunked dataset, row-major, in their stored byte order. Holds a window of them: as many rows of chunks as fit 16 MiB, or
/// 16 MiB of a single row of chunks that is longer, each chunk of which is then decoded once for every window.
/// </summary>
internal sealed class Hdf5ChunkedSource : ByteSource
{
    /// <summary>Most values, in bytes, that are held at a time.</summary>
    public const int WindowBytes = 16 * 1024 * 1024;

    private const long LargestReadWhole = 4 * 1024 * 1024;

    private readonly ByteSource _source;
    private readonly Hdf5Dataset _dataset;
    private readonly Hdf5ChunkTable _table;
    private readonly Hdf5ChunkGrid _grid;
    private readonly long _base;
    private readonly byte[] _fill;
    private readonly long[] _strides;
    private readonly long _windowStep;
    private readonly Lock _gate = new();
    private byte[] _window = [];
    private long _windowStart = -1;
    private int _windowLength;

    /// <summary>Reads the index of the chunks.</summary>
    public Hdf5ChunkedSource(Hdf5Reader reader, Hdf5Dataset dataset, int windowBytes = WindowBytes)
    {
        _source = reader.Source;
        _base = reader.Superblock.Base;
        _dataset = dataset;
        _table = Hdf5ChunkTable.Read(reader, dataset);
        _grid = _table.Grid;
        _fill = dataset.Fill ?? new byte[dataset.ElementSize];
        _strides = new long[_grid.Dimensions.Length];
        long stride = dataset.ElementSize;
        for (int i = _strides.Length - 1; i >= 0; i--)
        {
            _strides[i] = stride;
            stride *= _grid.Dimensions[i];
        }

        Int128 band = (Int128)_strides[0] * _grid.Chunk[0];
        _windowStep = band <= windowBytes
            ? windowBytes / (long)band * (long)band
            : Math.Max(windowBytes / dataset.ElementSize, 1) * (long)dataset.ElementSize;
    }

    /// <inheritdoc/>
    public override string Name => _source.Name;

    /// <inheritdoc/>
    public override long Length => _dataset.SizeBytes;

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => _source.LastWriteTimeUtc;

    /// <inheritdoc/>
    public override bool HasChanged() => _source.HasChanged();

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        lock (_gate)
        {
            while (destination.Length > 0)
            {
                long start = offset / _windowStep * _windowStep;
                if (start != _windowStart)
                {
                    FillWindow(start);
                }

                int within = (int)(offset - start);
                int count = Math.Min(destination.Length, _windowLength - within);
                _window.AsSpan(within, count).CopyTo(destination);
                destination = destination[count..];
                offset += count;
            }

            // Whoever reads many tensors one after the other keeps them all open.
            if (offset == Length)
            {
                _window = [];
                _windowStart = -1;
            }
        }
    }

    private void FillWindow(long start)
    {
        _windowStart = -1;
        _windowLength = (int)Math.Min(_windowStep, Length - start);
        if (_window.Length < _windowLength)
        {
            _window = new byte[_windowLength];
        }

        long band = _strides[0] * _grid.Chunk[0];
        long[] chunk = new long[_grid.Counts.Length];
        chunk[0] = start / band;
        int[] order = [.. Enumerable.Range(0, chunk.Length)];
        do
        {
            if (chunk[0] * band >= start + _windowLength)
            {
                break;
            }

            CopyChunk(chunk, start);
        }
        while (_grid.Advance(chunk, order));
        _windowStart = start;
    }

    private void CopyChunk(long[] chunk, long start)
    {
        int rank = chunk.Length;
        long[] lengths = new long[rank];
        long first = 0;
        long last = 0;
        for (int i = 0; i < rank; i++)
        {
            long begin = chunk[i] * _grid.Chunk[i];
            lengths[i] = Math.Min(_grid.Chunk[i], _grid.Dimensions[i] - begin);
            first += begin * _strides[i];
            last += (lengths[i] - 1) * _strides[i];
        }

        long end = start + _windowLength;
        if (first >= end || first + last + _dataset.ElementSize <= start)
        {
            return;
        }

        Hdf5Chunk? place = _table.Find(chunk);
        byte[]? decoded = null;
        long run = lengths[^1] * _dataset.ElementSize;
        long[] row = new long[rank];
        do
        {
            long to = first;
            long from = 0;
            for (int i = 0; i < rank; i++)
            {
                to += row[i] * _strides[i];
                from = (from * _grid.Chunk[i]) + row[i];
            }

            from *= _dataset.ElementSize;
            long cut = Math.Max(start - to, 0);
            long length = Math.Min(run, end - to) - cut;
            if (length > 0)
            {
                Span<byte> target = _window.AsSpan((int)(to + cut - start), (int)length);
                CopyRun(place, chunk, ref decoded, from + cut, target);
            }
        }
        while (AdvanceRow(row, lengths));
    }

    private void CopyRun(Hdf5Chunk? place, long[] chunk, ref byte[]? decoded, long from, Span<byte> target)
    {
        if (place is not { } found)
        {
            // Runs and windows begin at whole values.
            for (int at = 0; at < target.Length; at += _fill.Length)
            {
                _fill.CopyTo(target[at..]);
            }

            return;
        }

        bool isPlain = _dataset.Filters.Length == 0 || (_dataset.Layout.PartialUnfiltered && _grid.IsPartial(chunk));
        if (isPlain && _grid.ChunkBytes > LargestReadWhole)
        {
            _source.ReadExactly(_base + found.Address + from, target);
            return;
        }

        decoded ??= Load(found, isPlain);
        decoded.AsSpan((int)from, target.Length).CopyTo(target);
    }

    private byte[] Load(Hdf5Chunk chunk, bool isPlain)
    {
        byte[] stored = new byte[chunk.Size];
        _source.ReadExactly(_base + chunk.Address, stored);
        ModelFormatException Fail(string problem) =>
            new(Hdf5ErrorCodes.FilterData, Name, _base + chunk.Address, $"{ErrorText.Quote(_dataset.Path)}: {problem}");
        return isPlain
            ? stored.Length == _grid.ChunkBytes ? stored
                : throw Fail($"a chunk without filters has {stored.Length} bytes instead of {_grid.ChunkBytes}")
            : Hdf5FilterDecoder.Decode(stored, _dataset.Filters, chunk.Mask, (int)_grid.ChunkBytes, Fail);
    }

    // The next row of a chunk; its last dimension is copied in one run.
    private static bool AdvanceRow(long[] row, long[] lengths)
    {
        for (int i = row.Length - 2; i >= 0; i--)
        {
            if (++row[i] < lengths[i])
            {
                return true;
            }

            row[i] = 0;
        }

        return false;
    }
}
