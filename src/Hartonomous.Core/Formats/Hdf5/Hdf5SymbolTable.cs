namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>
/// The links of a group of the older kind: a version 1 B-tree of symbol table nodes (specification, III.A.1, III.B, III.C).
/// </summary>
internal sealed class Hdf5SymbolTable(Hdf5Reader reader, Hdf5LocalHeap heap, List<Hdf5Link> links)
{
    private const int MaxDepth = 32;
    private const int NodePrefixSize = 8;
    private const int EntryRest = 24;
    private const int SoftLink = 2;

    private readonly HashSet<long> _seen = [];

    /// <summary>Reads the node at an address and all below it.</summary>
    /// <param name="address">Address of the node.</param>
    /// <param name="level">The level it has to have, or -1 for the root, which says it itself.</param>
    public void ReadNode(long address, int level = -1)
    {
        long at = reader.Superblock.Base + address;
        if (!_seen.Add(address))
        {
            throw reader.Error(Hdf5ErrorCodes.BTreeCycle, at, "a B-tree leads to a node that it had before");
        }

        int prefixSize = NodePrefixSize + (2 * reader.OffsetSize);
        Hdf5Block prefix = reader.Read(address, prefixSize, "a node of a B-tree");
        prefix.Expect("TREE"u8, Hdf5ErrorCodes.BTree, "a node of a B-tree");
        prefix.ExpectVersion(0, Hdf5ErrorCodes.BTree, "the type of a B-tree of links");
        int found = prefix.U8();
        int entries = prefix.U16();
        if (level >= 0 ? found != level : found > MaxDepth)
        {
            throw reader.Error(Hdf5ErrorCodes.BTreeCycle, at,
                $"a node of a B-tree is at level {found}; {(level < 0 ? MaxDepth : level)} is expected at most");
        }

        long size = ((long)entries * (reader.LengthSize + reader.OffsetSize)) + reader.LengthSize;
        Hdf5Block block = reader.Read(address + prefixSize, size, "a node of a B-tree");
        for (int i = 0; i < entries; i++)
        {
            _ = block.LengthField();
            long child = block.Address();
            if (found == 0)
            {
                ReadEntries(child);
            }
            else
            {
                ReadNode(child, found - 1);
            }
        }
    }

    private void ReadEntries(long address)
    {
        if (!_seen.Add(address))
        {
            throw reader.Error(
                Hdf5ErrorCodes.BTreeCycle, reader.Superblock.Base + address, "a B-tree leads to a symbol table that it had before");
        }

        Hdf5Block prefix = reader.Read(address, NodePrefixSize, "a symbol table");
        prefix.Expect("SNOD"u8, Hdf5ErrorCodes.Link, "a symbol table");
        prefix.ExpectVersion(1, Hdf5ErrorCodes.Link, "a symbol table");
        prefix.Skip(1);
        int count = prefix.U16();
        int entrySize = (2 * reader.OffsetSize) + EntryRest;
        Hdf5Block block = reader.Read(address + NodePrefixSize, (long)count * entrySize, "a symbol table");
        for (int i = 0; i < count; i++)
        {
            Hdf5Block entry = block.TakeBlock(entrySize);
            long at = entry.Offset;
            string name = Hdf5LinkReader.ReadName(reader, heap.Name(entry.Address(), at), at);
            long target = entry.Address();
            bool isSoft = entry.U32() == SoftLink;
            if (!isSoft && target == Hdf5Reader.Undefined)
            {
                throw reader.Error(Hdf5ErrorCodes.Address, at, $"the link {ErrorText.Quote(name)} has no address");
            }

            if (links.Count >= reader.Limits.Hdf5Links)
            {
                throw reader.Error(Hdf5ErrorCodes.LinkCount, at, $"the file has more than {reader.Limits.Hdf5Links} links");
            }

            links.Add(new Hdf5Link(name, isSoft ? Hdf5Reader.Undefined : target, 0));
        }
    }
}
