namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>How a dataset's values lie in the file.</summary>
internal enum Hdf5LayoutClass
{
    Compact = 0,
    Contiguous = 1,
    Chunked = 2,
    Virtual = 3,
}

/// <summary>How the chunks of a dataset are found.</summary>
internal enum Hdf5ChunkIndexType
{
    /// <summary>Version 1 B-tree: the only index before layout version 4.</summary>
    BTree1 = 0,
    SingleChunk = 1,
    Implicit = 2,
    FixedArray = 3,
    ExtensibleArray = 4,
    BTree2 = 5,
}

/// <summary>Where a dataset's values lie (specification, IV.A.2.i): versions 1 to 4.</summary>
/// <param name="Class">Kind of layout.</param>
/// <param name="Address">Address of the values or of the chunk index, or <see cref="Hdf5Reader.Undefined"/> where none was written.</param>
/// <param name="Size">Length of a contiguous or compact dataset in bytes; -1 where the message does not say.</param>
internal sealed record Hdf5Layout(Hdf5LayoutClass Class, long Address, long Size)
{
    private const int MaxDimensions = 33;
    private const byte PartialUnfilteredFlag = 1;
    private const byte SingleFilteredFlag = 2;

    /// <summary>Where in the file compact values are.</summary>
    public long CompactOffset { get; init; }

    /// <summary>Lengths of a chunk, in values.</summary>
    public long[] ChunkDimensions { get; init; } = [];

    /// <summary>Length of a value as the layout says it.</summary>
    public long ElementSize { get; init; }

    /// <summary>Kind of chunk index.</summary>
    public Hdf5ChunkIndexType IndexType { get; init; }

    /// <summary>Whether chunks that reach out of the dataset were stored without filters.</summary>
    public bool PartialUnfiltered { get; init; }

    /// <summary>Stored length of a single filtered chunk; -1 where it is not filtered.</summary>
    public long SingleSize { get; init; } = -1;

    /// <summary>Filters that a single chunk left out.</summary>
    public uint SingleMask { get; init; }

    public static Hdf5Layout Read(Hdf5Block block)
    {
        long at = block.Offset;
        byte version = block.U8();
        return version switch
        {
            1 or 2 => Read12(block),
            3 => Read34(block, false),
            4 => Read34(block, true),
            _ => throw Bad(block, at, $"a layout is of version {version}; 1 to 4 are known"),
        };
    }

    private static Hdf5Layout Read12(Hdf5Block block)
    {
        long at = block.Offset;
        int rank = block.U8();
        Hdf5LayoutClass kind = (Hdf5LayoutClass)block.U8();
        if (kind > Hdf5LayoutClass.Chunked)
        {
            throw Bad(block, at, $"a layout is of class {(int)kind}");
        }

        block.Skip(5);
        long address = kind == Hdf5LayoutClass.Compact ? Hdf5Reader.Undefined : block.Address();
        long[] dimensions = ReadDimensions(block, rank, 4);
        if (kind == Hdf5LayoutClass.Chunked)
        {
            return Chunked(block, at, address, dimensions);
        }

        return kind == Hdf5LayoutClass.Compact
            ? ReadCompact(block, block.U32())
            : new Hdf5Layout(kind, address, -1);
    }

    private static Hdf5Layout Read34(Hdf5Block block, bool isVersion4)
    {
        long at = block.Offset;
        Hdf5LayoutClass kind = (Hdf5LayoutClass)block.U8();
        switch (kind)
        {
            case Hdf5LayoutClass.Compact:
                return ReadCompact(block, block.U16());
            case Hdf5LayoutClass.Contiguous:
                return new Hdf5Layout(kind, block.Address(), block.LengthField());
            case Hdf5LayoutClass.Chunked when isVersion4:
                return ReadChunked4(block);
            case Hdf5LayoutClass.Chunked:
                int rank = block.U8();
                long address = block.Address();
                return Chunked(block, at, address, ReadDimensions(block, rank, 4));
            case Hdf5LayoutClass.Virtual when isVersion4:
                throw block.Reader.Error(Hdf5ErrorCodes.Virtual, at, "the dataset is virtual: its values are those of other datasets");
            default:
                throw Bad(block, at, $"a layout is of class {(int)kind}");
        }
    }

    private static Hdf5Layout ReadChunked4(Hdf5Block block)
    {
        long at = block.Offset;
        byte flags = block.U8();
        int rank = block.U8();
        int width = block.U8();
        if (width is 0 or > 8)
        {
            throw Bad(block, at, $"the dimensions of chunks have {width} bytes; 1 to 8 are possible");
        }

        long[] dimensions = ReadDimensions(block, rank, width);
        Hdf5ChunkIndexType index = (Hdf5ChunkIndexType)block.U8();
        long singleSize = -1;
        uint singleMask = 0;
        switch (index)
        {
            case Hdf5ChunkIndexType.SingleChunk when (flags & SingleFilteredFlag) != 0:
                singleSize = block.LengthField();
                singleMask = block.U32();
                break;
            case Hdf5ChunkIndexType.SingleChunk or Hdf5ChunkIndexType.Implicit:
                break;
            case Hdf5ChunkIndexType.FixedArray:
                block.Skip(1); // the array's own header says the same
                break;
            case Hdf5ChunkIndexType.ExtensibleArray:
                block.Skip(5);
                break;
            case Hdf5ChunkIndexType.BTree2:
                block.Skip(6);
                break;
            default:
                throw Bad(block, at, $"the chunk index is of type {(int)index}; 1 to 5 are known");
        }

        return Chunked(block, at, block.Address(), dimensions) with
        {
            IndexType = index,
            PartialUnfiltered = (flags & PartialUnfilteredFlag) != 0,
            SingleSize = singleSize,
            SingleMask = singleMask,
        };
    }

    private static Hdf5Layout ReadCompact(Hdf5Block block, uint size) =>
        size <= block.Remaining
            ? new Hdf5Layout(Hdf5LayoutClass.Compact, Hdf5Reader.Undefined, size) { CompactOffset = block.Offset }
            : throw block.Reader.Error(
                Hdf5ErrorCodes.DataSize, block.Offset,
                $"{size} bytes of compact values are declared, the message has {block.Remaining} left");

    private static Hdf5Layout Chunked(Hdf5Block block, long at, long address, long[] dimensions) => dimensions.Length >= 2
        ? new Hdf5Layout(Hdf5LayoutClass.Chunked, address, -1) { ChunkDimensions = dimensions[..^1], ElementSize = dimensions[^1] }
        : throw Bad(block, at, "chunks have no dimensions");

    private static long[] ReadDimensions(Hdf5Block block, int rank, int width)
    {
        long at = block.Offset;
        if (rank > MaxDimensions)
        {
            throw Bad(block, at, $"a layout has {rank} dimensions; {MaxDimensions} are possible");
        }

        long[] dimensions = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            dimensions[i] = (long)Math.Min(block.UInt(width), long.MaxValue);
        }

        return dimensions;
    }

    private static ModelFormatException Bad(Hdf5Block block, long at, string problem) =>
        block.Reader.Error(Hdf5ErrorCodes.Layout, at, problem);
}
