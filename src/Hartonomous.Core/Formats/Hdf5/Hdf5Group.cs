namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads the links of a group, however it keeps them: symbol table, link messages, fractal heap.</summary>
internal static class Hdf5Group
{
    private const byte NameRecord = 5;
    private const int HashSize = 4;
    private const byte OrderTrackedFlag = 1;
    private const byte OrderIndexedFlag = 2;

    /// <summary>Whether an object is a group.</summary>
    public static bool IsGroup(Hdf5ObjectHeader header) =>
        header.Messages.Any(message => message.Type is Hdf5MessageType.SymbolTable or Hdf5MessageType.LinkInfo or Hdf5MessageType.Link);

    /// <summary>The links, in the order they were made where the group keeps it, else by name, as h5py lists them.</summary>
    public static List<Hdf5Link> ReadLinks(Hdf5Reader reader, Hdf5ObjectHeader header)
    {
        List<Hdf5Link> links = [];
        bool ordered = false;
        foreach (Hdf5Message message in header.Messages)
        {
            switch (message.Type)
            {
                case Hdf5MessageType.SymbolTable:
                    Hdf5Block table = message.Open(reader);
                    long tree = table.Address();
                    new Hdf5SymbolTable(reader, Hdf5LocalHeap.Read(reader, table.Address()), links).ReadNode(tree);
                    break;
                case Hdf5MessageType.Link:
                    links.Add(Hdf5LinkReader.Read(message.Open(reader)));
                    break;
                case Hdf5MessageType.LinkInfo:
                    ordered |= ReadDense(reader, message.Open(reader), links);
                    break;
            }
        }

        HashSet<string> names = new(links.Count, StringComparer.Ordinal);
        if (links.Find(link => !names.Add(link.Name)) is { } twice)
        {
            throw reader.Error(Hdf5ErrorCodes.NameDuplicate, header.Offset, $"a group has two links named {ErrorText.Quote(twice.Name)}");
        }

        links.Sort((left, right) => ordered && left.Order != right.Order
            ? left.Order.CompareTo(right.Order)
            : string.CompareOrdinal(left.Name, right.Name));
        return links;
    }

    // Link info (IV.A.2.c); gives whether the group keeps the order in which links were made.
    private static bool ReadDense(Hdf5Reader reader, Hdf5Block block, List<Hdf5Link> links)
    {
        block.ExpectVersion(0, Hdf5ErrorCodes.Link, "what a group says of its links");
        byte flags = block.U8();
        block.Skip((flags & OrderTrackedFlag) != 0 ? 8 : 0);
        long heapAddress = block.Address();
        long names = block.Address();
        if (heapAddress != Hdf5Reader.Undefined && names != Hdf5Reader.Undefined)
        {
            Hdf5FractalHeap heap = Hdf5FractalHeap.Read(reader, heapAddress);
            Hdf5BTreeV2.Read(reader, names, NameRecord).Walk(record =>
            {
                if (links.Count >= reader.Limits.Hdf5Links)
                {
                    throw reader.Error(
                        Hdf5ErrorCodes.LinkCount, record.Offset, $"the file has more than {reader.Limits.Hdf5Links} links");
                }

                record.Skip(HashSize);
                links.Add(Hdf5LinkReader.Read(heap.Object(record)));
            });
        }

        return (flags & (OrderTrackedFlag | OrderIndexedFlag)) == (OrderTrackedFlag | OrderIndexedFlag);
    }
}
