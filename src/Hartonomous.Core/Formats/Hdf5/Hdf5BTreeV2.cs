using System.Numerics;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Walks a version 2 B-tree (specification, III.A.2) and gives its records in their order.</summary>
internal sealed class Hdf5BTreeV2
{
    private const int PrefixSize = 6;
    private const int ChecksumSize = 4;
    private const int MaxDepth = 32;

    private readonly Hdf5Reader _reader;
    private readonly byte _type;
    private readonly int _nodeSize;
    private readonly int _recordSize;
    private readonly int _depth;
    private readonly int[] _maxRecords;
    private readonly int[] _totalWidths;
    private readonly int _countWidth;
    private readonly HashSet<long> _seen = [];

    private Hdf5BTreeV2(Hdf5Block block, byte type)
    {
        _reader = block.Reader;
        _type = type;
        block.Expect("BTHD"u8, Hdf5ErrorCodes.BTree, "a B-tree");
        block.ExpectVersion(0, Hdf5ErrorCodes.BTree, "a B-tree");
        long at = block.Offset;
        byte found = block.U8();
        uint nodeSize = block.U32();
        _recordSize = block.U16();
        _depth = block.U16();
        block.Skip(2);
        Root = block.Address();
        RootRecords = block.U16();
        Records = block.LengthField();
        block.VerifyChecksum("a B-tree");
        if (found != type || _recordSize == 0 || nodeSize > _reader.Limits.Hdf5BlockBytes ||
            nodeSize < PrefixSize + ChecksumSize + _recordSize)
        {
            throw _reader.Error(
                Hdf5ErrorCodes.BTree,
                at,
                $"a B-tree of type {found} has nodes of {nodeSize} bytes and records of {_recordSize}; type {type} is expected");
        }

        if (_depth > MaxDepth)
        {
            throw _reader.Error(Hdf5ErrorCodes.BTreeCycle, at, $"a B-tree is {_depth} levels deep; {MaxDepth} are accepted");
        }

        _nodeSize = (int)nodeSize;
        _maxRecords = new int[_depth + 1];
        _totalWidths = new int[_depth + 1];
        _countWidth = MeasureNodes(at);
    }

    /// <summary>Length of a record in bytes.</summary>
    public int RecordSize => _recordSize;

    /// <summary>How many records the tree says it has.</summary>
    public long Records { get; }

    private long Root { get; }

    private int RootRecords { get; }

    /// <summary>Reads the tree's header.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="address">Address of the header.</param>
    /// <param name="type">What kind of records is expected.</param>
    public static Hdf5BTreeV2 Read(Hdf5Reader reader, long address, byte type) =>
        new(reader.Read(address, 22 + reader.OffsetSize + reader.LengthSize, "a B-tree"), type);

    /// <summary>Calls <paramref name="visit"/> with each record.</summary>
    public void Walk(Action<Hdf5Block> visit)
    {
        if (Root != Hdf5Reader.Undefined && Records > 0)
        {
            WalkNode(Root, RootRecords, _depth, visit);
        }
    }

    private void WalkNode(long address, int records, int level, Action<Hdf5Block> visit)
    {
        if (!_seen.Add(address))
        {
            throw _reader.Error(Hdf5ErrorCodes.BTreeCycle, _reader.Superblock.Base + address,
                "a B-tree leads to a node that it had before");
        }

        if (records > _maxRecords[level])
        {
            throw _reader.Error(
                Hdf5ErrorCodes.BTree, _reader.Superblock.Base + address,
                $"a node is to have {records} records; {_maxRecords[level]} fit it");
        }

        Hdf5Block block = _reader.Read(address, _nodeSize, "a node of a B-tree");
        block.Expect(level == 0 ? "BTLF"u8 : "BTIN"u8, Hdf5ErrorCodes.BTree, "a node of a B-tree");
        block.ExpectVersion(0, Hdf5ErrorCodes.BTree, "a node of a B-tree");
        block.ExpectVersion(_type, Hdf5ErrorCodes.BTree, "the type of a node of a B-tree");
        Hdf5Block values = block.TakeBlock(records * _recordSize);
        (long Address, int Records)[] children = new (long, int)[level == 0 ? 0 : records + 1];
        for (int i = 0; i < children.Length; i++)
        {
            long child = block.Address();
            int count = (int)Math.Min(block.UInt(_countWidth), int.MaxValue);
            block.Skip(level > 1 ? _totalWidths[level - 1] : 0);
            children[i] = (child, count);
        }

        block.VerifyChecksum("a node of a B-tree");
        for (int i = 0; i <= records; i++)
        {
            if (level > 0)
            {
                WalkNode(children[i].Address, children[i].Records, level - 1, visit);
            }

            if (i < records)
            {
                visit(values.TakeBlock(_recordSize));
            }
        }
    }

    // How many bytes a count takes follows from how many records fit, as the library computes it (H5B2__hdr_init).
    private int MeasureNodes(long at)
    {
        int room = _nodeSize - PrefixSize - ChecksumSize;
        _maxRecords[0] = room / _recordSize;
        int countWidth = WidthOf(_maxRecords[0]);
        Int128 total = _maxRecords[0];
        for (int level = 1; level <= _depth; level++)
        {
            int pointer = _reader.OffsetSize + countWidth + _totalWidths[level - 1];
            _maxRecords[level] = (room - pointer) / (_recordSize + pointer);
            total = ((_maxRecords[level] + 1) * total) + _maxRecords[level];
            if (_maxRecords[level] < 1 || total > long.MaxValue)
            {
                throw _reader.Error(Hdf5ErrorCodes.BTree, at, $"nodes of {_nodeSize} bytes cannot make a B-tree of depth {_depth}");
            }

            _totalWidths[level] = WidthOf((long)total);
        }

        return countWidth;
    }

    private static int WidthOf(long limit) => (BitOperations.Log2((ulong)limit) / 8) + 1;
}
