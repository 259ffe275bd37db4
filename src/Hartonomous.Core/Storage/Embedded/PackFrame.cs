using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// The header before each payload in a pack file, 80 bytes, little-endian:
/// <list type="table">
/// <item><term>0</term><description>magic <c>HATM</c></description></item>
/// <item><term>4</term><description>u8 codec: 0 raw</description></item>
/// <item><term>5</term><description>u8 flags, u16 zero: reserved, for a delta codec to say that a base hash follows</description></item>
/// <item><term>8</term><description>u64 length of the payload as stored</description></item>
/// <item><term>16</term><description>u64 length of the content</description></item>
/// <item><term>24</term><description>SHA-256 of the content</description></item>
/// <item><term>56</term><description>u32 CRC-32C of the stored payload</description></item>
/// <item><term>60</term><description>16 zero bytes: reserved</description></item>
/// <item><term>76</term><description>u32 CRC-32C of the bytes before it</description></item>
/// </list>
/// The payload follows; the next frame begins at the next multiple of 8. So a pack can be read, and an index of it rebuilt, without the
/// database.
/// </summary>
/// <param name="Hash">SHA-256 of the content.</param>
/// <param name="StoredBytes">Length of the payload as stored.</param>
/// <param name="ContentBytes">Length of the content.</param>
/// <param name="Codec">How the payload is stored.</param>
/// <param name="PayloadCrc">CRC-32C of the stored payload.</param>
internal readonly record struct PackFrame(ContentHash Hash, long StoredBytes, long ContentBytes, byte Codec, uint PayloadCrc)
{
    /// <summary>Length of the header.</summary>
    public const int HeaderSize = 80;

    /// <summary>Payloads as they are.</summary>
    public const byte RawCodec = 0;

    private const uint Magic = 0x4D544148; // "HATM"

    /// <summary>Length of the frame with its padding.</summary>
    public long FrameBytes => FrameLength(StoredBytes);

    /// <summary>Length of a frame with its padding.</summary>
    public static long FrameLength(long storedBytes) => (HeaderSize + storedBytes + 7) & ~7L;

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> header)
    {
        header[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = Codec;
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], StoredBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], ContentBytes);
        Hash.CopyTo(header[24..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[56..], PayloadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(header[76..], Crc32C.Of(header[..76]));
    }

    /// <summary>Reads a header; false where it is damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out PackFrame frame)
    {
        frame = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic ||
            BinaryPrimitives.ReadUInt32LittleEndian(header[76..]) != Crc32C.Of(header[..76]))
        {
            return false;
        }

        frame = new PackFrame(
            new ContentHash(header.Slice(24, ContentHash.Size)),
            BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            header[4],
            BinaryPrimitives.ReadUInt32LittleEndian(header[56..]));
        return frame.StoredBytes >= 0 && frame.ContentBytes >= 0;
    }
}
