namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>One message of an object header.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Flags">Bit 1: shared; bit 7: whoever does not know the type must not go on.</param>
/// <param name="Data">Its body.</param>
/// <param name="Offset">Where in the file the body begins.</param>
internal sealed record Hdf5Message(Hdf5MessageType Type, byte Flags, ReadOnlyMemory<byte> Data, long Offset)
{
    private const byte SharedFlag = 0x02;
    private const byte InHeap = 1;

    /// <summary>Whether the body only says where the message is.</summary>
    public bool IsShared => (Flags & SharedFlag) != 0;

    /// <summary>The body; of a shared message, that of the object it is kept with (a named datatype).</summary>
    public Hdf5Block Open(Hdf5Reader reader)
    {
        Hdf5Block block = new(reader, Data, Offset);
        return IsShared ? FollowShared(block, Type) : block;
    }

    /// <summary>Reads where a shared message is kept (specification, IV.A.2.a) and opens it there.</summary>
    public static Hdf5Block FollowShared(Hdf5Block block, Hdf5MessageType type)
    {
        Hdf5Reader reader = block.Reader;
        long at = block.Offset;
        byte version = block.U8();
        byte kind = block.U8();
        if (version is < 1 or > 3 || (version == 3 && kind == InHeap))
        {
            throw reader.Error(
                Hdf5ErrorCodes.SharedMessage, at, $"a shared message of version {version} and kind {kind} is not kept with another object");
        }

        block.Skip(version == 1 ? 6 : 0);
        Hdf5Message kept = Hdf5ObjectHeader.Read(reader, block.Address()).Find(type)
            ?? throw reader.Error(Hdf5ErrorCodes.SharedMessage, at, $"the object that is to hold the shared {type} message has none");
        return kept.IsShared
            ? throw reader.Error(Hdf5ErrorCodes.SharedMessage, at, $"a shared {type} message leads to another shared one")
            : kept.Open(reader);
    }
}
