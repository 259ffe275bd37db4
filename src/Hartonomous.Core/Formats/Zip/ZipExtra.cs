using System.Buffers.Binary;

namespace Hartonomous.Core.Formats.Zip;

/// <summary>
/// The 64-bit fields of an entry (extra field 0x0001): present for those whose 32-bit field is full of ones, in this order.
/// </summary>
internal readonly record struct ZipExtra(long? Size, long? CompressedSize, long? HeaderOffset)
{
    private const ushort Zip64Id = 1;

    /// <summary>
    /// Finds the fields that are wanted. Fails where one is missing or exceeds 2^63 - 1; bytes that are no field are passed over.
    /// </summary>
    public static bool Read(ReadOnlySpan<byte> extra, bool wantsSize, bool wantsCompressed, bool wantsOffset, out ZipExtra fields)
    {
        fields = default;
        while (extra.Length >= 4)
        {
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (id == Zip64Id)
            {
                ReadOnlySpan<byte> bytes = extra.Slice(4, length);
                long? size = null;
                long? compressed = null;
                long? offset = null;
                if ((wantsSize && !Take(ref bytes, out size)) || (wantsCompressed && !Take(ref bytes, out compressed)) ||
                    (wantsOffset && !Take(ref bytes, out offset)))
                {
                    return false;
                }

                fields = new ZipExtra(size, compressed, offset);
                return true;
            }

            extra = extra[(4 + length)..];
        }

        return !wantsSize && !wantsCompressed && !wantsOffset;
    }

    private static bool Take(ref ReadOnlySpan<byte> bytes, out long? value)
    {
        value = null;
        if (bytes.Length < 8)
        {
            return false;
        }

        long read = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        bytes = bytes[8..];
        value = read;
        return read >= 0;
    }
}
