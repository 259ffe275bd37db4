using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Bytes of ZIP archives, right and wrong ones, field by field.</summary>
internal sealed class ZipBuilder
{
    private readonly List<ZipItem> _items = [];

    public byte[] Prefix { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    public byte[] Trailer { get; init; } = [];

    /// <summary>Whether the archive ends in the records of ZIP64.</summary>
    public bool IsZip64 { get; init; }

    public ulong? EntryCount { get; init; }

    public uint? DirectoryOffset { get; init; }

    public ulong? Zip64DirectoryOffset { get; init; }

    public ushort Disk { get; init; }

    /// <summary>Whether the offsets count from the beginning of the file and not of the archive, where there is a prefix.</summary>
    public bool CountsPrefix { get; init; }

    public ZipBuilder Add(string name, byte[] content, bool deflated = false) => Add(new ZipItem(name, content) { IsDeflated = deflated });

    public ZipBuilder Add(ZipItem item)
    {
        _items.Add(item);
        return this;
    }

    public byte[] Build()
    {
        MemoryStream file = new();
        MemoryStream directory = new();
        long origin = CountsPrefix ? 0 : Prefix.Length;
        file.Write(Prefix);
        foreach (ZipItem item in _items)
        {
            WriteItem(file, directory, item, origin);
        }

        long start = file.Length - origin;
        directory.WriteTo(file);
        if (IsZip64)
        {
            long end = file.Length - origin;
            file.Write([0x50, 0x4B, 6, 6]);
            Number(file, 44, 8);
            Number(file, 45, 2);
            Number(file, 45, 2);
            Number(file, 0, 8);
            Number(file, EntryCount ?? (ulong)_items.Count, 8);
            Number(file, EntryCount ?? (ulong)_items.Count, 8);
            Number(file, (ulong)directory.Length, 8);
            Number(file, Zip64DirectoryOffset ?? (ulong)start, 8);
            file.Write([0x50, 0x4B, 6, 7]);
            Number(file, 0, 4);
            Number(file, (ulong)end, 8);
            Number(file, 1, 4);
        }

        file.Write([0x50, 0x4B, 5, 6]);
        Number(file, Disk, 2);
        Number(file, Disk, 2);
        ulong count = IsZip64 ? ushort.MaxValue : EntryCount ?? (ulong)_items.Count;
        Number(file, count, 2);
        Number(file, count, 2);
        Number(file, IsZip64 ? uint.MaxValue : (ulong)directory.Length, 4);
        Number(file, DirectoryOffset ?? (IsZip64 ? uint.MaxValue : (ulong)start), 4);
        Number(file, (ulong)Comment.Length, 2);
        file.Write(Comment);
        file.Write(Trailer);
        return file.ToArray();
    }

    /// <summary>The raw deflate stream of some bytes.</summary>
    public static byte[] Deflate(byte[] content)
    {
        using MemoryStream packed = new();
        using (DeflateStream stream = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    private static void WriteItem(MemoryStream file, MemoryStream directory, ZipItem item, long origin)
    {
        byte[] stored = item.Stored ?? (item.IsDeflated ? Deflate(item.Content) : item.Content);
        uint crc = item.Crc ?? Crc(item.Content);
        ushort method = item.Method ?? (ushort)(item.IsDeflated ? 8 : 0);
        uint flags = (uint)(item.Flags | (item.HasDescriptor ? 8 : 0));
        uint size = item.Size ?? (uint)item.Content.Length;
        uint compressed = item.CompressedSize ?? (uint)stored.Length;
        byte[] name = Encoding.UTF8.GetBytes(item.Name);
        byte[] localName = Encoding.UTF8.GetBytes(item.LocalName ?? item.Name);
        long offset = file.Length - origin;

        file.Write([0x50, 0x4B, 3, 4]);
        Number(file, 20, 2);
        Number(file, flags, 2);
        Number(file, item.LocalMethod ?? method, 2);
        Number(file, 0, 4);
        bool isLeftOut = item.HasDescriptor;
        Number(file, item.LocalCrc ?? (isLeftOut ? 0 : crc), 4);
        Number(file, isLeftOut ? 0 : item.IsZip64 ? uint.MaxValue : compressed, 4);
        Number(file, item.LocalSize ?? (isLeftOut ? 0 : item.IsZip64 ? uint.MaxValue : size), 4);
        byte[] wide = item.IsZip64 && !isLeftOut ? Wide(size, compressed) : [];
        Number(file, (ulong)localName.Length, 2);
        Number(file, (ulong)(wide.Length + item.Padding), 2);
        file.Write(localName);
        file.Write(wide);
        file.Write(new byte[item.Padding]);
        file.Write(stored);
        if (item.HasDescriptor)
        {
            file.Write([0x50, 0x4B, 7, 8]);
            Number(file, crc, 4);
            Number(file, compressed, 4);
            Number(file, size, 4);
        }

        byte[] extra = item.Extra ?? (item.IsZip64 ? Wide(size, compressed) : []);
        directory.Write([0x50, 0x4B, 1, 2]);
        Number(directory, 20, 2);
        Number(directory, 20, 2);
        Number(directory, flags, 2);
        Number(directory, method, 2);
        Number(directory, 0, 4);
        Number(directory, crc, 4);
        Number(directory, item.IsZip64 ? uint.MaxValue : compressed, 4);
        Number(directory, item.IsZip64 ? uint.MaxValue : size, 4);
        Number(directory, (ulong)name.Length, 2);
        Number(directory, (ulong)extra.Length, 2);
        Number(directory, 0, 2);
        Number(directory, 0, 2);
        Number(directory, 0, 2);
        Number(directory, 0, 4);
        Number(directory, item.HeaderOffset ?? (ulong)offset, 4);
        directory.Write(name);
        directory.Write(extra);
    }

    private static byte[] Wide(ulong size, ulong compressed)
    {
        MemoryStream extra = new();
        Number(extra, 1, 2);
        Number(extra, 16, 2);
        Number(extra, size, 8);
        Number(extra, compressed, 8);
        return extra.ToArray();
    }

    private static void Number(MemoryStream stream, ulong value, int width)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        stream.Write(bytes[..width]);
    }

    // Bit by bit from the definition, apart from the reader's tables.
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
