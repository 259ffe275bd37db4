using System.Numerics;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>
/// The chunk index of datasets that can grow in one dimension (specification, VII.D): the first entries lie in an index block, the next
/// ones in data blocks that it names, all others in data blocks that super blocks name. Blocks double in size every second super block.
/// </summary>
internal sealed class Hdf5ExtensibleArray : IHdf5ChunkArray
{
    private const int ChecksumSize = 4;
    private const int PrefixSize = 6;
    private const int MaxPageBits = 24;

    private readonly Hdf5Reader _reader;
    private readonly int _maxBits;
    private readonly int _indexEntries;
    private readonly int _minEntries;
    private readonly int _minPointers;
    private readonly long _pageCount;
    private readonly long _indexAddress;
    private Hdf5Block? _index;
    private (int Number, Hdf5Block Block)? _super;

    public Hdf5ExtensibleArray(Hdf5Reader reader, long address)
    {
        _reader = reader;
        Hdf5Block block = reader.Read(address, 16 + (6 * reader.LengthSize) + reader.OffsetSize, "an extensible array");
        block.Expect("EAHD"u8, Hdf5ErrorCodes.ChunkIndex, "an extensible array");
        block.ExpectVersion(0, Hdf5ErrorCodes.ChunkIndex, "an extensible array");
        long at = block.Offset;
        block.Skip(1); // whether entries are of filtered chunks: their size shows it
        EntrySize = block.U8();
        _maxBits = block.U8();
        _indexEntries = block.U8();
        _minEntries = block.U8();
        _minPointers = block.U8();
        int pageBits = block.U8();
        block.Skip(6 * reader.LengthSize); // counts and sizes of what it holds
        _indexAddress = block.Address();
        block.VerifyChecksum("an extensible array");
        bool valid = EntrySize >= reader.OffsetSize && _maxBits is > 0 and <= 62 && _minEntries > 0 && BitOperations.IsPow2(_minEntries) &&
            _minPointers > 1 && BitOperations.IsPow2(_minPointers) && pageBits <= MaxPageBits && SuperBlocks >= FirstSuper;
        if (!valid)
        {
            throw reader.Error(
                Hdf5ErrorCodes.ChunkIndex, at,
                $"an extensible array has impossible measures: {EntrySize}, {_maxBits}, {_minEntries}, {_minPointers}");
        }

        _pageCount = 1L << pageBits;
    }

    /// <inheritdoc/>
    public int EntrySize { get; }

    private int SuperBlocks => 1 + _maxBits - BitOperations.Log2((uint)_minEntries);

    // The data blocks of the super blocks before this one are named in the index block itself.
    private int FirstSuper => 2 * BitOperations.Log2((uint)_minPointers);

    private int DirectPointers => 2 * (_minPointers - 1);

    private int OffsetBytes => (_maxBits + 7) / 8;

    /// <inheritdoc/>
    public Hdf5ChunkRun Run(long number)
    {
        if (_indexAddress == Hdf5Reader.Undefined)
        {
            return new Hdf5ChunkRun(0, long.MaxValue, null);
        }

        Hdf5Block index = _index ??= ReadIndex();
        if (number < _indexEntries)
        {
            return new Hdf5ChunkRun(0, _indexEntries, At(index, PrefixSize + _reader.OffsetSize).TakeBlock(_indexEntries * EntrySize));
        }

        // Super block u has 2^(u/2) data blocks of 2^((u+1)/2) times the least number of entries.
        long rest = number - _indexEntries;
        int super = BitOperations.Log2((ulong)(rest / _minEntries) + 1);
        if (super >= SuperBlocks)
        {
            throw _reader.Error(Hdf5ErrorCodes.ChunkIndex, null, $"an extensible array of 2^{_maxBits} entries is to have entry {number}");
        }

        long firstOfSuper = (((1L << super) - 1) * _minEntries) + _indexEntries;
        long entries = _minEntries * (1L << ((super + 1) / 2));
        long block = (number - firstOfSuper) / entries;
        long first = firstOfSuper + (block * entries);
        int pointersAt = PrefixSize + _reader.OffsetSize + (_indexEntries * EntrySize);
        if (super < FirstSuper)
        {
            // Before super block u there are 2 * (2^(u/2) - 1) data blocks, and 2^(u/2) more where u is odd.
            long before = (2 * ((1L << (super / 2)) - 1)) + (super % 2 == 0 ? 0 : 1L << (super / 2));
            long address = At(index, pointersAt + (int)((before + block) * _reader.OffsetSize)).Address();
            return ReadData(address, first, entries, number, null);
        }

        long superAddress = At(index, pointersAt + ((DirectPointers + super - FirstSuper) * _reader.OffsetSize)).Address();
        if (superAddress == Hdf5Reader.Undefined)
        {
            return new Hdf5ChunkRun(firstOfSuper, _minEntries * (1L << super), null);
        }

        Hdf5Block superBlock = ReadSuper(superAddress, super, entries, out int bitmapAt, out int bitmapSize);
        long dataAddress = At(superBlock, bitmapAt + bitmapSize + (int)(block * _reader.OffsetSize)).Address();
        long page = (block * (entries / _pageCount)) + ((number - first) / _pageCount);
        bool? isWritten = entries > _pageCount ? (superBlock.Span[bitmapAt + (int)(page / 8)] & (0x80 >> (int)(page % 8))) != 0 : null;
        return ReadData(dataAddress, first, entries, number, isWritten);
    }

    private static Hdf5Block At(Hdf5Block block, int position)
    {
        Hdf5Block again = new(block.Reader, block.Memory, block.Offset - block.Position);
        again.Skip(position);
        return again;
    }

    private Hdf5Block ReadIndex()
    {
        int pointers = (DirectPointers + SuperBlocks - FirstSuper) * _reader.OffsetSize;
        int size = PrefixSize + _reader.OffsetSize + (_indexEntries * EntrySize) + pointers + ChecksumSize;
        Hdf5Block block = _reader.Read(_indexAddress, size, "an index block");
        CheckPrefix(block, "EAIB"u8, "an index block");
        block.Skip(size - ChecksumSize - block.Position);
        block.VerifyChecksum("an index block");
        return block;
    }

    private Hdf5Block ReadSuper(long address, int super, long entries, out int bitmapAt, out int bitmapSize)
    {
        long blocks = 1L << (super / 2);
        bitmapAt = PrefixSize + _reader.OffsetSize + OffsetBytes;
        long pages = entries > _pageCount ? ((entries / _pageCount) + 7) / 8 * blocks : 0;
        long size = bitmapAt + pages + (blocks * _reader.OffsetSize) + ChecksumSize;
        bitmapSize = (int)Math.Min(pages, int.MaxValue);
        if (_super is { } known && known.Number == super)
        {
            return known.Block;
        }

        Hdf5Block block = _reader.Read(address, size, "a super block");
        CheckPrefix(block, "EASB"u8, "a super block");
        block.Skip((int)size - ChecksumSize - block.Position);
        block.VerifyChecksum("a super block");
        _super = (super, block);
        return block;
    }

    private Hdf5ChunkRun ReadData(long address, long first, long entries, long number, bool? isWritten)
    {
        if (address == Hdf5Reader.Undefined)
        {
            return new Hdf5ChunkRun(first, entries, null);
        }

        int prefix = PrefixSize + _reader.OffsetSize + OffsetBytes;
        if (isWritten is null)
        {
            Hdf5Block whole = _reader.Read(address, prefix + (entries * EntrySize) + ChecksumSize, "a data block");
            CheckPrefix(whole, "EADB"u8, "a data block");
            whole.Skip(OffsetBytes);
            Hdf5Block taken = whole.TakeBlock((int)(entries * EntrySize));
            whole.VerifyChecksum("a data block");
            return new Hdf5ChunkRun(first, entries, taken);
        }

        long page = (number - first) / _pageCount;
        long pageFirst = first + (page * _pageCount);
        if (isWritten == false)
        {
            return new Hdf5ChunkRun(pageFirst, _pageCount, null);
        }

        Hdf5Block head = _reader.Read(address, prefix + ChecksumSize, "a data block");
        CheckPrefix(head, "EADB"u8, "a data block");
        head.Skip(OffsetBytes);
        head.VerifyChecksum("a data block");
        long pageSize = (_pageCount * EntrySize) + ChecksumSize;
        Hdf5Block block = _reader.Read(address + prefix + ChecksumSize + (page * pageSize), pageSize, "a page of a data block");
        Hdf5Block values = block.TakeBlock((int)(_pageCount * EntrySize));
        block.VerifyChecksum("a page of a data block");
        return new Hdf5ChunkRun(pageFirst, _pageCount, values);
    }

    private static void CheckPrefix(Hdf5Block block, ReadOnlySpan<byte> signature, string what)
    {
        block.Expect(signature, Hdf5ErrorCodes.ChunkIndex, what);
        block.ExpectVersion(0, Hdf5ErrorCodes.ChunkIndex, what);
        block.Skip(1);
        _ = block.Address();
    }
}
