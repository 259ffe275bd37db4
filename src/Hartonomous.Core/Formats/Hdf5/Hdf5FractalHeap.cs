using System.Numerics;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The objects of a newer group or of attributes kept outside their header (specification, III.G).</summary>
internal sealed class Hdf5FractalHeap
{
    private const byte HugeIdTree = 1;
    private const byte ChecksumFlag = 2;
    private const int ChecksumSize = 4;
    private const int MaxTableWidth = 1024;
    private const int LongestShortTiny = 16;

    private readonly Hdf5Reader _reader;
    private readonly int _idLength;
    private readonly byte _flags;
    private readonly long _hugeTree;
    private readonly int _width;
    private readonly long _startSize;
    private readonly long _maxDirect;
    private readonly int _offsetBytes;
    private readonly int _lengthBytes;
    private readonly long _root;
    private readonly int _rootRows;
    private readonly Dictionary<long, Hdf5Block> _blocks = [];
    private Dictionary<ulong, (long Address, long Length)>? _huge;

    private Hdf5FractalHeap(Hdf5Reader reader, Hdf5Block block)
    {
        _reader = reader;
        block.Expect("FRHP"u8, Hdf5ErrorCodes.FractalHeap, "a fractal heap");
        block.ExpectVersion(0, Hdf5ErrorCodes.FractalHeap, "a fractal heap");
        long at = block.Offset;
        _idLength = block.U16();
        int filterLength = block.U16();
        if (filterLength > 0)
        {
            throw Error(at, "a fractal heap is stored through filters, which is not read");
        }

        _flags = block.U8();
        uint maxManaged = block.U32();
        _ = block.LengthField();
        _hugeTree = block.Address();
        _ = block.LengthField();
        _ = block.Address();
        block.Skip(8 * reader.LengthSize); // counts and sizes of what it holds
        _width = block.U16();
        _startSize = block.LengthField();
        _maxDirect = block.LengthField();
        int maxBits = block.U16();
        _ = block.U16();
        _root = block.Address();
        _rootRows = block.U16();
        block.VerifyChecksum("a fractal heap");
        bool valid = _idLength is > 1 and <= 4096 && _width is > 0 and <= MaxTableWidth && BitOperations.IsPow2(_width) &&
            _startSize > 0 && BitOperations.IsPow2(_startSize) && _maxDirect >= _startSize && BitOperations.IsPow2(_maxDirect) &&
            _maxDirect <= reader.Limits.Hdf5BlockBytes && maxBits is > 0 and <= 64 && maxManaged > 0;
        if (!valid)
        {
            throw Error(at, $"a fractal heap has impossible measures: ids of {_idLength}, blocks of {_startSize} to {_maxDirect}, "
                + $"{_width} a row");
        }

        _offsetBytes = (maxBits + 7) / 8;
        _lengthBytes = Math.Min((BitOperations.Log2((ulong)_maxDirect) + 7) / 8, (BitOperations.Log2(maxManaged) / 8) + 1);
    }

    // Rows of an indirect block whose entries are direct blocks; the first two rows have blocks of the starting size.
    private int DirectRows => BitOperations.Log2((ulong)_maxDirect) - BitOperations.Log2((ulong)_startSize) + 2;

    public static Hdf5FractalHeap Read(Hdf5Reader reader, long address) =>
        new(reader, reader.Read(address, 26 + (12 * reader.LengthSize) + (3 * reader.OffsetSize), "a fractal heap"));

    /// <summary>The object that an id names.</summary>
    /// <param name="id">The id, as long as a record of the index has it; bytes beyond the heap's own length are not looked at.</param>
    public Hdf5Block Object(Hdf5Block id)
    {
        long at = id.Offset;
        byte head = id.U8();
        if (head >> 6 != 0)
        {
            throw Error(at, $"an object's id is of version {head >> 6}; 0 is known");
        }

        return (head >> 4 & 3) switch
        {
            0 => Managed((long)Math.Min(id.UInt(_offsetBytes), long.MaxValue), (long)id.UInt(_lengthBytes), at),
            1 => Huge(id, at),
            2 when _idLength - 1 <= LongestShortTiny => id.TakeBlock((head & 0x0F) + 1),
            2 => id.TakeBlock((((head & 0x0F) << 8) | id.U8()) + 1),
            _ => throw Error(at, "an object's id is of a kind that does not exist"),
        };
    }

    private Hdf5Block Managed(long offset, long length, long at)
    {
        long address = _root;
        long start = 0;
        long size = _startSize;
        for (int rows = _rootRows; rows > 0;)
        {
            (address, start, size, rows) = Descend(address, start, rows, offset, at);
        }

        if (offset - start >= size || length > size - (offset - start))
        {
            throw Error(at, $"an object of {length} bytes at {offset} reaches out of its block of {size} bytes at {start}");
        }

        Hdf5Block block = DirectBlock(address, start, size);
        return new Hdf5Block(_reader, block.Memory.Slice((int)(offset - start), (int)length), _reader.Superblock.Base + address
            + offset - start);
    }

    // The entry of an indirect block that an offset falls into.
    private (long Address, long Start, long Size, int Rows) Descend(long address, long start, int rows, long offset, long at)
    {
        long within = offset - start;
        int row = 0;
        long rowStart = 0;
        long blockSize = _startSize;
        while (row < rows && within - rowStart >= blockSize * _width)
        {
            rowStart += blockSize * _width;
            row++;
            blockSize = row <= 1 ? _startSize : blockSize * 2;
            if (blockSize > long.MaxValue / 4 / _width || blockSize * _width > long.MaxValue / 4 - rowStart)
            {
                throw Error(at, $"an object at {offset} lies beyond any heap");
            }
        }

        if (row >= rows || within < 0)
        {
            throw Error(at, $"an object at {offset} lies beyond the heap's {rows} rows");
        }

        int column = (int)((within - rowStart) / blockSize);
        Hdf5Block block = IndirectBlock(address, start, rows);
        block = new Hdf5Block(_reader, block.Memory, _reader.Superblock.Base + address);
        block.Skip(5 + _reader.OffsetSize + _offsetBytes + (((row * _width) + column) * _reader.OffsetSize));
        long child = block.Address();
        if (child == Hdf5Reader.Undefined)
        {
            throw Error(at, $"an object at {offset} lies in a block that was never written");
        }

        int firstRowBits = BitOperations.Log2((ulong)_startSize) + BitOperations.Log2((uint)_width);
        int childRows = row < DirectRows ? 0 : BitOperations.Log2((ulong)blockSize) - firstRowBits + 1;
        if (row >= DirectRows && (childRows <= 0 || childRows >= rows))
        {
            throw Error(at, $"an indirect block of {rows} rows is to hold one of {childRows}");
        }

        return (child, start + rowStart + (column * blockSize), blockSize, childRows);
    }

    private Hdf5Block IndirectBlock(long address, long start, int rows)
    {
        if (_blocks.TryGetValue(address, out Hdf5Block? known))
        {
            return known;
        }

        long entries = (long)rows * _width * _reader.OffsetSize;
        Hdf5Block block = _reader.Read(address, 5 + _reader.OffsetSize + _offsetBytes + entries + ChecksumSize, "an indirect block");
        block.Expect("FHIB"u8, Hdf5ErrorCodes.FractalHeap, "an indirect block");
        CheckStart(block, start);
        block.Skip((int)entries);
        block.VerifyChecksum("an indirect block");
        _blocks.Add(address, block);
        return block;
    }

    private Hdf5Block DirectBlock(long address, long start, long size)
    {
        if (_blocks.TryGetValue(address, out Hdf5Block? known) && known.Length == size)
        {
            return known;
        }

        Hdf5Block block = _reader.Read(address, size, "a direct block");
        block.Expect("FHDB"u8, Hdf5ErrorCodes.FractalHeap, "a direct block");
        CheckStart(block, start);
        if ((_flags & ChecksumFlag) != 0)
        {
            long at = block.Offset;
            byte[] copy = block.Span.ToArray();
            copy.AsSpan(block.Position, ChecksumSize).Clear();
            uint stored = block.U32();
            uint computed = Hdf5Checksum.Lookup3(copy);
            if (stored != computed)
            {
                throw _reader.Error(Hdf5ErrorCodes.Checksum, at, $"the checksum of a direct block is {computed:x8}, {stored:x8} is stored");
            }
        }

        _blocks[address] = block;
        return block;
    }

    private void CheckStart(Hdf5Block block, long start)
    {
        block.ExpectVersion(0, Hdf5ErrorCodes.FractalHeap, "a block of a fractal heap");
        _ = block.Address();
        ulong said = block.UInt(_offsetBytes);
        if (said != (ulong)start)
        {
            throw Error(block.Offset, $"a block of a fractal heap says it begins at {said}, not at {start}");
        }
    }

    // Objects too long for any block lie on their own; their address is in the id or in a B-tree of ids.
    private Hdf5Block Huge(Hdf5Block id, long at)
    {
        if (_idLength - 1 >= _reader.OffsetSize + _reader.LengthSize)
        {
            return _reader.Read(id.Address(), id.LengthField(), "an object of a fractal heap");
        }

        if (_huge is null)
        {
            _huge = [];
            Hdf5BTreeV2.Read(_reader, _hugeTree, HugeIdTree).Walk(record =>
            {
                (long Address, long Length) place = (record.Address(), record.LengthField());
                _huge[record.UInt(_reader.LengthSize)] = place;
            });
        }

        ulong number = id.UInt(Math.Min(_idLength - 1, 8));
        return _huge.TryGetValue(number, out (long Address, long Length) found)
            ? _reader.Read(found.Address, found.Length, "an object of a fractal heap")
            : throw Error(at, $"a fractal heap has no huge object {number}");
    }

    private ModelFormatException Error(long at, string problem) => _reader.Error(Hdf5ErrorCodes.FractalHeap, at, problem);
}
