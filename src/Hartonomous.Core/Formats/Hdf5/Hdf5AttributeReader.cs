using System.Text;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads the attributes of an object, in its header or outside it (specification, IV.A.2.m and v).</summary>
internal static class Hdf5AttributeReader
{
    private const byte NameRecord = 8;
    private const byte TypeSharedFlag = 1;
    private const byte SpaceSharedFlag = 2;
    private const byte MessageSharedFlag = 2;
    private const byte OrderTrackedFlag = 1;
    private const int MaxAttributes = 65_535;

    /// <summary>All attributes in the order of the header, or of their index.</summary>
    public static List<Hdf5Attribute> Read(Hdf5Reader reader, Hdf5ObjectHeader header)
    {
        List<Hdf5Attribute> attributes = [];
        foreach (Hdf5Message message in header.Messages)
        {
            if (message.Type == Hdf5MessageType.Attribute)
            {
                attributes.Add(ReadOne(message.Open(reader)));
            }
            else if (message.Type == Hdf5MessageType.AttributeInfo)
            {
                ReadDense(reader, message.Open(reader), attributes);
            }
        }

        return attributes;
    }

    private static void ReadDense(Hdf5Reader reader, Hdf5Block block, List<Hdf5Attribute> attributes)
    {
        block.ExpectVersion(0, Hdf5ErrorCodes.Attribute, "what an object says of its attributes");
        byte flags = block.U8();
        block.Skip((flags & OrderTrackedFlag) != 0 ? 2 : 0);
        long heapAddress = block.Address();
        long names = block.Address();
        if (heapAddress == Hdf5Reader.Undefined || names == Hdf5Reader.Undefined)
        {
            return;
        }

        Hdf5FractalHeap heap = Hdf5FractalHeap.Read(reader, heapAddress);
        Hdf5BTreeV2.Read(reader, names, NameRecord).Walk(record =>
        {
            Hdf5Block id = record.TakeBlock(8);
            byte messageFlags = record.U8();
            if ((messageFlags & MessageSharedFlag) != 0 || attributes.Count >= MaxAttributes)
            {
                throw reader.Error(
                    Hdf5ErrorCodes.SharedMessage, record.Offset,
                    $"an attribute is kept in a table of the file, or there are over {MaxAttributes}");
            }

            attributes.Add(ReadOne(heap.Object(id)));
        });
    }

    private static Hdf5Attribute ReadOne(Hdf5Block block)
    {
        long at = block.Offset;
        byte version = block.U8();
        if (version is < 1 or > 3)
        {
            throw block.Reader.Error(Hdf5ErrorCodes.Attribute, at, $"an attribute is of version {version}; 1 to 3 are known");
        }

        byte flags = block.U8();
        int nameSize = block.U16();
        int typeSize = block.U16();
        int spaceSize = block.U16();
        block.Skip(version == 3 ? 1 : 0);
        Hdf5Block nameBlock = Part(block, nameSize, version);
        int end = nameBlock.Span.IndexOf((byte)0);
        string name = Encoding.UTF8.GetString(end >= 0 ? nameBlock.Span[..end] : nameBlock.Span);
        Hdf5Block typeBlock = Part(block, typeSize, version);
        Hdf5Block spaceBlock = Part(block, spaceSize, version);
        bool shares = version >= 2;
        Hdf5Datatype type = Hdf5DatatypeReader.Read(
            shares && (flags & TypeSharedFlag) != 0 ? Hdf5Message.FollowShared(typeBlock, Hdf5MessageType.Datatype) : typeBlock);
        Hdf5Dataspace space = Hdf5Dataspace.Read(
            shares && (flags & SpaceSharedFlag) != 0 ? Hdf5Message.FollowShared(spaceBlock, Hdf5MessageType.Dataspace) : spaceBlock);
        Int128 size = (Int128)space.Count * type.Size;
        return size <= Math.Min(block.Remaining, block.Reader.Limits.Hdf5AttributeBytes)
            ? new Hdf5Attribute(name, type, space, block.TakeBlock((int)size))
            : throw block.Reader.Error(
                Hdf5ErrorCodes.Attribute, at,
                $"the attribute {ErrorText.Quote(name)} is to have {size} bytes, {block.Remaining} are there");
    }

    private static Hdf5Block Part(Hdf5Block block, int size, int version)
    {
        int start = block.Position;
        Hdf5Block part = block.TakeBlock(size);
        if (version == 1)
        {
            block.Align8(start);
        }

        return part;
    }
}
