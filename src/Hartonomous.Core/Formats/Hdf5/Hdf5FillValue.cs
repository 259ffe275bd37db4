namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads what values are that were never written (specification, IV.A.2.e and f).</summary>
internal static class Hdf5FillValue
{
    private const byte DefinedFlag = 0x20;

    /// <summary>The fill value in the byte order of the datatype, or null for zeros.</summary>
    /// <param name="header">The dataset.</param>
    /// <param name="reader">The file.</param>
    /// <param name="size">Length of a value.</param>
    public static byte[]? Read(Hdf5ObjectHeader header, Hdf5Reader reader, int size)
    {
        if (header.Find(Hdf5MessageType.FillValue) is { } message)
        {
            Hdf5Block block = message.Open(reader);
            return ReadValue(block, IsDefined(block), size);
        }

        if (header.Find(Hdf5MessageType.OldFillValue) is { } old)
        {
            return ReadValue(old.Open(reader), true, size);
        }

        return null;
    }

    private static bool IsDefined(Hdf5Block block)
    {
        long at = block.Offset;
        byte version = block.U8();
        switch (version)
        {
            case 1:
                block.Skip(3);
                return true;
            case 2:
                block.Skip(2);
                return block.U8() != 0;
            case 3:
                return (block.U8() & DefinedFlag) != 0;
            default:
                throw block.Reader.Error(Hdf5ErrorCodes.FillValue, at, $"a fill value is of version {version}; 1 to 3 are known");
        }
    }

    private static byte[]? ReadValue(Hdf5Block block, bool defined, int size)
    {
        if (!defined)
        {
            return null;
        }

        long at = block.Offset;
        uint length = block.U32();
        if (length == 0 || length == uint.MaxValue)
        {
            return null;
        }

        return length == (uint)size
            ? block.Take(size).ToArray()
            : throw block.Reader.Error(Hdf5ErrorCodes.FillValue, at, $"the fill value has {length} bytes, the values have {size}");
    }
}
