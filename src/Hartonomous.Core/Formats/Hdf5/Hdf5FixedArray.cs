namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The chunk index of datasets that cannot grow (specification, VII.C): one block of entries, in pages where it is long.</summary>
internal sealed class Hdf5FixedArray : IHdf5ChunkArray
{
    private const int ChecksumSize = 4;
    private const int PrefixSize = 6;
    private const int MaxPageBits = 24;

    private readonly Hdf5Reader _reader;
    private readonly long _count;
    private readonly long _block;
    private readonly long _pageCount;
    private readonly bool _isPaged;
    private byte[]? _written;

    public Hdf5FixedArray(Hdf5Reader reader, long address)
    {
        _reader = reader;
        Hdf5Block block = reader.Read(address, 12 + reader.LengthSize + reader.OffsetSize, "a fixed array");
        block.Expect("FAHD"u8, Hdf5ErrorCodes.ChunkIndex, "a fixed array");
        block.ExpectVersion(0, Hdf5ErrorCodes.ChunkIndex, "a fixed array");
        long at = block.Offset;
        block.Skip(1); // whether entries are of filtered chunks: their size shows it
        EntrySize = block.U8();
        int pageBits = block.U8();
        _count = block.LengthField();
        _block = block.Address();
        block.VerifyChecksum("a fixed array");
        if (pageBits > MaxPageBits || EntrySize < reader.OffsetSize)
        {
            throw reader.Error(Hdf5ErrorCodes.ChunkIndex, at, $"a fixed array has entries of {EntrySize} bytes and pages of 2^{pageBits}");
        }

        _pageCount = 1L << pageBits;
        _isPaged = _count > _pageCount;
    }

    /// <inheritdoc/>
    public int EntrySize { get; }

    /// <inheritdoc/>
    public Hdf5ChunkRun Run(long number)
    {
        if (number >= _count)
        {
            throw _reader.Error(Hdf5ErrorCodes.ChunkIndex, null, $"a fixed array has {_count} entries, entry {number} is needed");
        }

        if (_block == Hdf5Reader.Undefined)
        {
            return new Hdf5ChunkRun(0, _count, null);
        }

        return _isPaged ? Page(number / _pageCount) : Whole();
    }

    private Hdf5ChunkRun Whole()
    {
        int prefix = PrefixSize + _reader.OffsetSize;
        Hdf5Block block = _reader.Read(_block, prefix + (_count * EntrySize) + ChecksumSize, "the block of a fixed array");
        CheckPrefix(block);
        Hdf5Block entries = block.TakeBlock((int)(_count * EntrySize));
        block.VerifyChecksum("the block of a fixed array");
        return new Hdf5ChunkRun(0, _count, entries);
    }

    private Hdf5ChunkRun Page(long page)
    {
        long pages = ((_count - 1) / _pageCount) + 1;
        long prefix = PrefixSize + _reader.OffsetSize + ((pages + 7) / 8) + ChecksumSize;
        if (_written is null)
        {
            Hdf5Block block = _reader.Read(_block, prefix, "the block of a fixed array");
            CheckPrefix(block);
            byte[] written = block.Take((int)((pages + 7) / 8)).ToArray();
            block.VerifyChecksum("the block of a fixed array");
            _written = written;
        }

        long first = page * _pageCount;
        long count = Math.Min(_pageCount, _count - first);
        if ((_written[page / 8] & (0x80 >> (int)(page % 8))) == 0)
        {
            return new Hdf5ChunkRun(first, count, null);
        }

        Int128 start = (Int128)_block + prefix + ((Int128)page * ((_pageCount * EntrySize) + ChecksumSize));
        Hdf5Block entries = _reader.Read((long)Int128.Min(start, long.MaxValue / 2), (count * EntrySize) + ChecksumSize,
            "a page of a fixed array");
        Hdf5Block taken = entries.TakeBlock((int)(count * EntrySize));
        entries.VerifyChecksum("a page of a fixed array");
        return new Hdf5ChunkRun(first, count, taken);
    }

    private static void CheckPrefix(Hdf5Block block)
    {
        block.Expect("FADB"u8, Hdf5ErrorCodes.ChunkIndex, "the block of a fixed array");
        block.ExpectVersion(0, Hdf5ErrorCodes.ChunkIndex, "the block of a fixed array");
        block.Skip(1);
        _ = block.Address();
    }
}
