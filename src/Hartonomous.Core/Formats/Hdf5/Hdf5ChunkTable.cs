namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads where all chunks of a dataset are, whatever index it has.</summary>
internal sealed class Hdf5ChunkTable
{
    private const byte UnfilteredRecord = 10;
    private const byte FilteredRecord = 11;
    private const int MaxDepth = 32;
    private const int MaskSize = 4;

    private readonly Hdf5Reader _reader;
    private readonly Hdf5Dataset _dataset;
    private readonly Dictionary<long, Hdf5Chunk> _chunks = [];
    private readonly HashSet<long> _nodes = [];
    private Int128 _stored;

    private Hdf5ChunkTable(Hdf5Reader reader, Hdf5Dataset dataset)
    {
        _reader = reader;
        _dataset = dataset;
        Grid = new Hdf5ChunkGrid(dataset);
    }

    /// <summary>How the chunks lie over the dataset.</summary>
    public Hdf5ChunkGrid Grid { get; }

    private bool IsFiltered => _dataset.Filters.Length > 0;

    /// <summary>Reads the index.</summary>
    public static Hdf5ChunkTable Read(Hdf5Reader reader, Hdf5Dataset dataset)
    {
        Hdf5ChunkTable table = new(reader, dataset);
        long address = dataset.Layout.Address;
        if (address == Hdf5Reader.Undefined)
        {
            return table;
        }

        switch (dataset.Layout.IndexType)
        {
            case Hdf5ChunkIndexType.BTree1:
                table.ReadTree1(address, -1);
                break;
            case Hdf5ChunkIndexType.SingleChunk:
                long size = dataset.Layout.SingleSize;
                table.Add(new long[table.Grid.Counts.Length],
                    new Hdf5Chunk(address, size < 0 ? table.Grid.ChunkBytes : size, dataset.Layout.SingleMask));
                break;
            case Hdf5ChunkIndexType.Implicit:
                table.ReadImplicit(address);
                break;
            case Hdf5ChunkIndexType.FixedArray:
                table.ReadArray(new Hdf5FixedArray(reader, address), 0);
                break;
            case Hdf5ChunkIndexType.ExtensibleArray:
                int growing = Array.IndexOf(table.Grid.MaximumCounts, -1);
                table.ReadArray(new Hdf5ExtensibleArray(reader, address), Math.Max(growing, 0));
                break;
            default:
                table.ReadTree2(address);
                break;
        }

        new Hdf5DatasetReader(reader, new Hdf5AttributeValues(reader)).CheckExpansion(
            (ulong)dataset.SizeBytes, (long)Int128.Min(table._stored, reader.Source.Length), null, ErrorText.Quote(dataset.Path));
        return table;
    }

    /// <summary>Where a chunk is, or null where it was never written.</summary>
    public Hdf5Chunk? Find(ReadOnlySpan<long> chunk) => _chunks.TryGetValue(Grid.NumberOf(chunk), out Hdf5Chunk found) ? found : null;

    private void Add(ReadOnlySpan<long> at, Hdf5Chunk chunk)
    {
        if (chunk.Address == Hdf5Reader.Undefined)
        {
            return;
        }

        for (int i = 0; i < at.Length; i++)
        {
            if ((ulong)at[i] >= (ulong)Grid.Counts[i])
            {
                return; // left over from before the dataset shrank
            }
        }

        _ = _reader.Place(chunk.Address, chunk.Size, "a chunk");
        bool fits = chunk.Size == Grid.ChunkBytes || (IsFiltered && chunk.Size is > 0 and <= int.MaxValue);
        if (!fits || !_chunks.TryAdd(Grid.NumberOf(at), chunk))
        {
            throw _reader.Error(
                Hdf5ErrorCodes.Chunk,
                _reader.Superblock.Base + chunk.Address,
                $"a chunk of {ErrorText.Quote(_dataset.Path)} is there twice, or is stored in {chunk.Size} bytes, which it cannot be");
        }

        _stored += chunk.Size;
    }

    private void ReadImplicit(long address)
    {
        long[] at = new long[Grid.Counts.Length];
        int[] order = [.. Enumerable.Range(0, at.Length)];
        bool more = Grid.Count > 0;
        while (more)
        {
            Int128 place = address + ((Int128)NumberAtMost(at, 0) * Grid.ChunkBytes);
            Add(at, new Hdf5Chunk((long)Int128.Min(place, long.MaxValue / 2), Grid.ChunkBytes, 0));
            more = Grid.Advance(at, order);
        }
    }

    private void ReadArray(IHdf5ChunkArray array, int outermost)
    {
        long[] at = new long[Grid.Counts.Length];
        int[] order = [outermost, .. Enumerable.Range(0, at.Length).Where(dimension => dimension != outermost)];
        int sizeWidth = array.EntrySize - _reader.OffsetSize - MaskSize;
        if (IsFiltered ? sizeWidth is < 1 or > 8 : array.EntrySize != _reader.OffsetSize)
        {
            throw _reader.Error(
                Hdf5ErrorCodes.ChunkIndex, _dataset.Offset,
                $"an index of chunks has entries of {array.EntrySize} bytes, which do not fit its dataset");
        }

        Hdf5ChunkRun? run = null;
        bool more = Grid.Count > 0;
        while (more)
        {
            long number = NumberAtMost(at, outermost);
            if (run is null || !run.Contains(number))
            {
                run = array.Run(number);
            }

            if (run.Entries is { } entries)
            {
                Hdf5Block entry = new(
                    _reader, entries.Memory.Slice((int)(number - run.First) * array.EntrySize, array.EntrySize),
                    entries.Offset - entries.Position);
                Add(at, ReadEntry(entry, sizeWidth));
            }

            more = Grid.Advance(at, order);
        }
    }

    private Hdf5Chunk ReadEntry(Hdf5Block entry, int sizeWidth)
    {
        long address = entry.Address();
        return IsFiltered
            ? new Hdf5Chunk(address, (long)Math.Min(entry.UInt(sizeWidth), long.MaxValue), entry.U32())
            : new Hdf5Chunk(address, Grid.ChunkBytes, 0);
    }

    // The number an index knows a chunk by: row-major over what the dataset may grow to, the growing dimension outermost.
    private long NumberAtMost(ReadOnlySpan<long> at, int outermost)
    {
        Int128 number = at[outermost];
        for (int i = 0; i < at.Length; i++)
        {
            if (i == outermost)
            {
                continue;
            }

            if (Grid.MaximumCounts[i] < 0)
            {
                throw _reader.Error(Hdf5ErrorCodes.ChunkIndex, _dataset.Offset,
                    $"dimension {i} grows without bound, which its index cannot do");
            }

            number = Int128.Min((number * Grid.MaximumCounts[i]) + at[i], long.MaxValue / 2);
        }

        return (long)number;
    }

    private void ReadTree1(long address, int level)
    {
        if (!_nodes.Add(address))
        {
            throw _reader.Error(
                Hdf5ErrorCodes.BTreeCycle, _reader.Superblock.Base + address, "a B-tree of chunks leads to a node that it had before");
        }

        int prefixSize = 8 + (2 * _reader.OffsetSize);
        Hdf5Block prefix = _reader.Read(address, prefixSize, "a node of a B-tree of chunks");
        prefix.Expect("TREE"u8, Hdf5ErrorCodes.BTree, "a node of a B-tree of chunks");
        prefix.ExpectVersion(1, Hdf5ErrorCodes.BTree, "the type of a B-tree of chunks");
        long where = prefix.Offset;
        int found = prefix.U8();
        int entries = prefix.U16();
        if (level >= 0 ? found != level : found > MaxDepth)
        {
            throw _reader.Error(Hdf5ErrorCodes.BTreeCycle, where, $"a node of a B-tree of chunks is at level {found}");
        }

        int rank = Grid.Counts.Length;
        int keySize = 8 + (8 * (rank + 1));
        Hdf5Block block = _reader.Read(address + prefixSize, ((long)entries * (keySize + _reader.OffsetSize)) + keySize,
            "a node of a B-tree of chunks");
        long[] at = new long[rank];
        for (int i = 0; i < entries; i++)
        {
            long size = block.U32();
            uint mask = block.U32();
            bool aligned = true;
            for (int dimension = 0; dimension < rank; dimension++)
            {
                ulong offset = block.U64();
                aligned &= offset % (ulong)Grid.Chunk[dimension] == 0;
                at[dimension] = (long)Math.Min(offset / (ulong)Grid.Chunk[dimension], long.MaxValue);
            }

            bool isValue = block.U64() == 0;
            long child = block.Address();
            if (found > 0)
            {
                ReadTree1(child, found - 1);
            }
            else if (aligned && isValue)
            {
                Add(at, new Hdf5Chunk(child, size, mask));
            }
            else
            {
                throw _reader.Error(Hdf5ErrorCodes.Chunk, block.Offset, "a chunk begins where none can");
            }
        }
    }

    private void ReadTree2(long address)
    {
        Hdf5BTreeV2 tree = Hdf5BTreeV2.Read(_reader, address, IsFiltered ? FilteredRecord : UnfilteredRecord);
        int rank = Grid.Counts.Length;
        int sizeWidth = tree.RecordSize - _reader.OffsetSize - MaskSize - (8 * rank);
        if (IsFiltered ? sizeWidth is < 1 or > 8 : tree.RecordSize != _reader.OffsetSize + (8 * rank))
        {
            throw _reader.Error(
                Hdf5ErrorCodes.ChunkIndex, _dataset.Offset,
                $"an index of chunks has records of {tree.RecordSize} bytes, which do not fit its dataset");
        }

        long[] at = new long[rank];
        tree.Walk(record =>
        {
            Hdf5Chunk chunk = ReadEntry(record, sizeWidth);
            for (int i = 0; i < rank; i++)
            {
                at[i] = (long)Math.Min(record.U64(), long.MaxValue);
            }

            Add(at, chunk);
        });
    }
}
