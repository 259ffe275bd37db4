using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Zip;

/// <summary>
/// The entries of a ZIP archive, each checked in the central directory and in its local header, and their contents. Reading the directory
/// touches no content. Layout: PKWARE APPNOTE.TXT 6.3.10, with ZIP64 and UTF-8 names.
/// </summary>
/// <remarks>The archive has to be the whole file. Nothing is ever extracted to a path that an entry names.</remarks>
internal sealed class ZipDirectory
{
    /// <summary>Contents up to this many bytes are inflated in memory, longer ones into a temporary file.</summary>
    public const int MemoryBytes = 16 * 1024 * 1024;

    private const int LocalHeaderSize = 30;
    private const uint LocalSignature = 0x04034B50;
    private const ushort DescriptorFlag = 8;

    private readonly ByteSource _file;
    private readonly Dictionary<string, ZipEntry> _byName;

    private ZipDirectory(ByteSource file, IReadOnlyList<ZipEntry> entries)
    {
        _file = file;
        Entries = entries;
        _byName = new Dictionary<string, ZipEntry>(entries.Count, StringComparer.Ordinal);
        foreach (ZipEntry entry in entries)
        {
            if (!_byName.TryAdd(entry.Name, entry))
            {
                throw new ModelFormatException(
                    ZipErrorCodes.Duplicate, file.Name, entry.HeaderOffset, $"the entry {ErrorText.Quote(entry.Name)} is there twice");
            }
        }
    }

    /// <summary>The entries in the order of the central directory, folders among them.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>Reads the central directory and every local header.</summary>
    /// <param name="file">The archive; not owned, has to outlive this.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">The archive is damaged or lies (<see cref="ZipErrorCodes"/>).</exception>
    public static ZipDirectory Read(ByteSource file, ReadLimits limits, CancellationToken cancellation)
    {
        ZipEnd end = ZipEnd.Read(file);
        List<ZipEntry> entries = ZipCentralReader.Read(file, end, limits);
        for (int i = 0; i < entries.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            entries[i] = CheckLocalHeader(file, entries[i]);
        }

        ZipDirectory directory = new(file, entries);
        CheckOverlaps(file, entries, end.DirectoryOffset);
        return directory;
    }

    /// <summary>The names in the central directory, to know what an archive holds; null where it cannot be read.</summary>
    public static IReadOnlyList<string>? ReadNames(ByteSource file, ReadLimits limits)
    {
        try
        {
            return [.. ZipCentralReader.Read(file, ZipEnd.Read(file), limits).Select(entry => entry.Name)];
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    /// <summary>The entry of a name, or null.</summary>
    public ZipEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The content of a small entry, its CRC-32 checked.</summary>
    /// <exception cref="ModelFormatException">It is longer than <paramref name="maxBytes"/>, or damaged.</exception>
    public byte[] ReadBytes(ZipEntry entry, int maxBytes)
    {
        if (entry.Size > maxBytes)
        {
            throw Error(ZipErrorCodes.EntryTooLarge, entry, $"has {entry.Size} bytes, {maxBytes} are accepted");
        }

        // A stored entry lies within the file; a deflated one gives no more than 1032 times its bytes, so a claim beyond that is a lie.
        if (!entry.IsStored && entry.Size > 64 + (entry.CompressedSize * 1032))
        {
            throw Error(ZipErrorCodes.Size, entry, $"claims {entry.Size} bytes, which {entry.CompressedSize} cannot give");
        }

        byte[] bytes = new byte[(int)entry.Size];
        using ByteSource content = Open(entry);
        content.ReadExactly(0, bytes);
        if (entry.IsStored)
        {
            CheckCrc(entry, Crc32.Append(0, bytes));
        }

        return bytes;
    }

    /// <summary>
    /// The content of an entry. That of a stored one is a part of the file, read as it is, without its CRC-32; a deflated one is inflated
    /// as it is read, best from front to back (going back begins anew), and its size and CRC-32 are checked when its end is reached.
    /// </summary>
    public ByteSource Open(ZipEntry entry)
    {
        ByteSource stored = _file.Slice(entry.DataOffset, entry.CompressedSize);
        return entry.IsStored ? stored : new InflatedByteSource(stored, entry);
    }

    /// <summary>
    /// The content of an entry, to be read in any order: a deflated one is inflated into memory, or into a temporary file where it is
    /// longer than <see cref="MemoryBytes"/>. Its size and CRC-32 are proved then.
    /// </summary>
    public ByteSource OpenRandom(ZipEntry entry)
    {
        if (entry.IsStored)
        {
            return Open(entry);
        }

        if (entry.Size <= MemoryBytes)
        {
            return new MemoryByteSource(_file.Name, ReadBytes(entry, MemoryBytes));
        }

        using ByteSource content = Open(entry);
        return SpooledByteSource.Copy(content);
    }

    /// <summary>
    /// Fails where the content of a stored entry does not have the CRC-32 that the directory says. Reads it from front to back.
    /// </summary>
    public void CheckCrc(ZipEntry entry)
    {
        using ByteSource content = Open(entry);
        byte[] buffer = new byte[(int)Math.Min(content.Length, ByteReader.WindowSize)];
        uint crc = 0;
        for (long at = 0; at < content.Length;)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, content.Length - at));
            content.ReadExactly(at, part);
            crc = Crc32.Append(crc, part);
            at += part.Length;
        }

        CheckCrc(entry, crc);
    }

    private void CheckCrc(ZipEntry entry, uint crc)
    {
        if (crc != entry.Crc32)
        {
            throw Error(ZipErrorCodes.Crc, entry, $"has the CRC-32 {crc:X8}, {entry.Crc32:X8} is expected");
        }
    }

    private static ZipEntry CheckLocalHeader(ByteSource file, ZipEntry entry)
    {
        int nameLength = Encoding.UTF8.GetByteCount(entry.Name);
        byte[] header = new byte[LocalHeaderSize + nameLength];
        if (entry.HeaderOffset > file.Length - header.Length)
        {
            throw Local(file, entry, "lies beyond the end of the file");
        }

        file.ReadExactly(entry.HeaderOffset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw Local(file, entry, "is not where the directory says");
        }

        ushort flags = Short(header, 6);
        ushort method = Short(header, 8);
        if (Short(header, 26) != nameLength || Encoding.UTF8.GetString(header.AsSpan(LocalHeaderSize)) != entry.Name)
        {
            throw Local(file, entry, "has another name");
        }

        if ((flags & ZipCentralReader.EncryptedFlags) != 0)
        {
            throw new ModelFormatException(
                ZipErrorCodes.Encrypted, file.Name, entry.HeaderOffset, $"the entry {ErrorText.Quote(entry.Name)} is encrypted");
        }

        if (method != (entry.IsStored ? 0 : 8))
        {
            throw Local(file, entry, $"has the method {method}");
        }

        long dataOffset = entry.HeaderOffset + header.Length + Short(header, 28);
        if (dataOffset > file.Length || entry.CompressedSize > file.Length - dataOffset)
        {
            throw Local(file, entry, "reaches beyond the end of the file");
        }

        CheckLocalSizes(file, entry, header, (flags & DescriptorFlag) != 0);
        return entry with { DataOffset = dataOffset };
    }

    // With a data descriptor behind the content, writers may leave the fields of the local header 0.
    private static void CheckLocalSizes(ByteSource file, ZipEntry entry, byte[] header, bool hasDescriptor)
    {
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(14));
        uint compressed = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(18));
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(22));
        bool isLeftOut = hasDescriptor && crc == 0 && compressed == 0 && size == 0;
        bool isZip64 = compressed == uint.MaxValue || size == uint.MaxValue;
        if (isLeftOut || (hasDescriptor && crc == 0 && isZip64))
        {
            return;
        }

        if (crc != entry.Crc32)
        {
            throw Local(file, entry, "has another CRC-32");
        }

        long localSize = size;
        long localCompressed = compressed;
        if (isZip64)
        {
            byte[] extra = new byte[Short(header, 28)];
            file.ReadExactly(entry.HeaderOffset + header.Length, extra);
            ZipExtra.Read(extra, size == uint.MaxValue, compressed == uint.MaxValue, false, out ZipExtra fields);
            localSize = fields.Size ?? size;
            localCompressed = fields.CompressedSize ?? compressed;
        }

        if (localSize != entry.Size || localCompressed != entry.CompressedSize)
        {
            throw Local(file, entry, $"has the sizes {localCompressed} and {localSize}");
        }
    }

    private static void CheckOverlaps(ByteSource file, List<ZipEntry> entries, long directoryOffset)
    {
        long end = 0;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.HeaderOffset))
        {
            if (entry.HeaderOffset < end)
            {
                throw new ModelFormatException(
                    ZipErrorCodes.Overlap, file.Name, entry.HeaderOffset, $"the entry {ErrorText.Quote(entry.Name)} begins within another");
            }

            end = entry.DataOffset + entry.CompressedSize;
        }

        if (end > directoryOffset)
        {
            throw new ModelFormatException(ZipErrorCodes.Overlap, file.Name, directoryOffset,
                "an entry reaches into the central directory");
        }

        if (entries.Count > 0 && entries.Min(entry => entry.HeaderOffset) is > 0 and long first)
        {
            throw new ModelFormatException(
                ZipErrorCodes.Prefix, file.Name, 0, $"the first entry begins at {first}; the bytes before it belong to no entry");
        }
    }

    private static ushort Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static ModelFormatException Local(ByteSource file, ZipEntry entry, string problem) => new(
        ZipErrorCodes.LocalHeader, file.Name, entry.HeaderOffset, $"the local header of {ErrorText.Quote(entry.Name)} {problem}");

    private ModelFormatException Error(string code, ZipEntry entry, string problem) =>
        new(code, _file.Name, entry.DataOffset, $"the entry {ErrorText.Quote(entry.Name)} {problem}");
}
