using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Zip;

/// <summary>Reads the central directory of a ZIP archive.</summary>
internal static class ZipCentralReader
{
    /// <summary>Bits of the flags that say that an entry is encrypted: plainly, strongly, and with its header hidden.</summary>
    public const ushort EncryptedFlags = 0x0001 | 0x0040 | 0x2000;

    private const int HeaderSize = 46;
    private const uint Signature = 0x02014B50;
    private const long RatioFrom = 4L * 1024 * 1024 * 1024;
    private const int MaxRatio = 100;

    /// <summary>The entries, their local headers not yet read (<see cref="ZipEntry.DataOffset"/> is 0).</summary>
    public static List<ZipEntry> Read(ByteSource file, ZipEnd end, ReadLimits limits)
    {
        if (end.EntryCount > limits.ZipEntries || end.DirectorySize > limits.ZipDirectoryBytes)
        {
            throw new ModelFormatException(
                ZipErrorCodes.EntryCount,
                file.Name,
                end.DirectoryOffset,
                $"the directory has {end.EntryCount} entries in {end.DirectorySize} bytes, "
                + $"{limits.ZipEntries} in {limits.ZipDirectoryBytes} are accepted");
        }

        if (end.EntryCount > end.DirectorySize / HeaderSize)
        {
            throw Error(file, end.DirectoryOffset, $"{end.EntryCount} entries do not fit into {end.DirectorySize} bytes");
        }

        byte[] bytes = new byte[(int)end.DirectorySize];
        file.ReadExactly(end.DirectoryOffset, bytes);
        List<ZipEntry> entries = new((int)end.EntryCount);
        ReadOnlySpan<byte> rest = bytes;
        while (rest.Length > 0)
        {
            long at = end.DirectoryOffset + bytes.Length - rest.Length;
            if (rest.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(rest) != Signature || entries.Count == end.EntryCount)
            {
                throw Error(file, at, $"entry {entries.Count} of {end.EntryCount} is not here");
            }

            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            int length = HeaderSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (length > rest.Length)
            {
                throw Error(file, at, $"entry {entries.Count} reaches beyond the directory");
            }

            string name = ReadName(file, at, rest.Slice(HeaderSize, nameLength));
            entries.Add(ReadEntry(file, at, name, rest, rest.Slice(HeaderSize + nameLength, extraLength)));
            rest = rest[length..];
        }

        return entries.Count == end.EntryCount
            ? entries
            : throw Error(file, end.DirectoryOffset + bytes.Length, $"{entries.Count} entries are there, {end.EntryCount} are promised");
    }

    private static ZipEntry ReadEntry(ByteSource file, long at, string name, ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        ushort method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        uint compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        ushort disk = BinaryPrimitives.ReadUInt16LittleEndian(header[34..]);
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        if ((flags & EncryptedFlags) != 0)
        {
            throw Error(ZipErrorCodes.Encrypted, file, at, $"the entry {ErrorText.Quote(name)} is encrypted");
        }

        if (method is not (0 or 8))
        {
            throw Error(ZipErrorCodes.Method, file, at,
                $"the entry {ErrorText.Quote(name)} has the method {method}; 0 and 8 (deflate) are read");
        }

        if (disk is not (0 or ushort.MaxValue))
        {
            throw Error(ZipErrorCodes.Split, file, at, $"the entry {ErrorText.Quote(name)} lies in part {disk} of a split archive");
        }

        if (!ZipExtra.Read(extra, size == uint.MaxValue, compressed == uint.MaxValue, offset == uint.MaxValue, out ZipExtra fields))
        {
            throw Error(ZipErrorCodes.Zip64, file, at, $"the ZIP64 fields of {ErrorText.Quote(name)} are missing or exceed 2^63 - 1");
        }

        ZipEntry entry = new(name, method == 0, crc, fields.CompressedSize ?? compressed, fields.Size ?? size,
            fields.HeaderOffset ?? offset, 0);
        if (entry.IsStored && entry.Size != entry.CompressedSize)
        {
            throw Error(
                ZipErrorCodes.Size, file, at,
                $"the stored entry {ErrorText.Quote(name)} has {entry.CompressedSize} bytes in the file and {entry.Size} of content");
        }

        if (entry.Size > RatioFrom && entry.Size / MaxRatio > entry.CompressedSize)
        {
            throw Error(
                ZipErrorCodes.Ratio,
                file,
                at,
                $"the entry {ErrorText.Quote(name)} claims {entry.Size} bytes from {entry.CompressedSize}, over {MaxRatio} times that");
        }

        return entry;
    }

    private static string ReadName(ByteSource file, long at, ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw Error(ZipErrorCodes.Name, file, at, "the name of an entry is no UTF-8");
        }

        string name = Encoding.UTF8.GetString(bytes);
        string path = name.EndsWith('/') ? name[..^1] : name;
        bool isPlain = !name.Contains('\0', StringComparison.Ordinal) && !name.Contains('\\', StringComparison.Ordinal) &&
            path.Split('/').All(part => part is not ("" or "." or ".."));
        return isPlain ? name
            : throw Error(ZipErrorCodes.Name, file, at, $"the entry name {ErrorText.Quote(name)} is no plain relative path");
    }

    private static ModelFormatException Error(ByteSource file, long at, string problem) =>
        Error(ZipErrorCodes.Directory, file, at, problem);

    private static ModelFormatException Error(string code, ByteSource file, long at, string problem) => new(code, file.Name, at, problem);
}
