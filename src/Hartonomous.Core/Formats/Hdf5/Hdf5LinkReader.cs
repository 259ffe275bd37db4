using System.Text;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads link messages (specification, IV.A.2.g) and checks names.</summary>
internal static class Hdf5LinkReader
{
    private const int MaxNameBytes = 65_535;
    private const byte TypeFlag = 0x08;
    private const byte OrderFlag = 0x04;
    private const byte CharacterSetFlag = 0x10;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private enum Kind
    {
        Hard = 0,
        Soft = 1,
        External = 64,
    }

    public static Hdf5Link Read(Hdf5Block block)
    {
        long at = block.Offset;
        byte version = block.U8();
        byte flags = block.U8();
        if (version != 1)
        {
            throw block.Reader.Error(Hdf5ErrorCodes.Link, at, $"a link is of version {version}; 1 is known");
        }

        Kind kind = (flags & TypeFlag) != 0 ? (Kind)block.U8() : Kind.Hard;
        ulong order = (flags & OrderFlag) != 0 ? block.U64() : 0;
        block.Skip((flags & CharacterSetFlag) != 0 ? 1 : 0);
        ulong length = block.UInt(1 << (flags & 3));
        string name = ReadName(block.Reader, block.Take((int)Math.Min(length, int.MaxValue)), at);
        switch (kind)
        {
            case Kind.Hard:
                long address = block.Address();
                return address != Hdf5Reader.Undefined
                    ? new Hdf5Link(name, address, order)
                    : throw block.Reader.Error(Hdf5ErrorCodes.Address, at, $"the link {ErrorText.Quote(name)} has no address");
            case Kind.Soft:
                return new Hdf5Link(name, Hdf5Reader.Undefined, order);
            case Kind.External:
                throw block.Reader.Error(Hdf5ErrorCodes.LinkExternal, at, $"the link {ErrorText.Quote(name)} leads to another file");
            case > Kind.External:
                throw block.Reader.Error(
                    Hdf5ErrorCodes.LinkExternal, at, $"the link {ErrorText.Quote(name)} is of the user-defined kind {(int)kind}");
            default:
                throw block.Reader.Error(Hdf5ErrorCodes.Link, at,
                    $"the link {ErrorText.Quote(name)} is of kind {(int)kind}, which is reserved");
        }
    }

    /// <summary>The name of a link, held against what paths can express.</summary>
    public static string ReadName(Hdf5Reader reader, ReadOnlySpan<byte> bytes, long at)
    {
        try
        {
            string name = bytes.Length <= MaxNameBytes ? StrictUtf8.GetString(bytes) : string.Empty;
            return name.Length > 0 && name != "." && name.AsSpan().IndexOfAny('/', '\0') < 0
                ? name
                : throw reader.Error(
                    Hdf5ErrorCodes.LinkName, at,
                    $"a link of {bytes.Length} bytes is named {ErrorText.Quote(name)}, which is no part of a path");
        }
        catch (DecoderFallbackException)
        {
            throw reader.Error(Hdf5ErrorCodes.LinkName, at, "the name of a link is not valid UTF-8");
        }
    }
}
