using System.Buffers.Binary;

namespace Hartonomous.Tests.Support;

/// <summary>
/// Writes tables as LevelDB's doc/table_format.md describes them, valid ones and, through the overrides, broken ones. The keys stand in
/// the order
/// in which they are given.
/// </summary>
internal sealed class TableBuilder
{
    private readonly List<(byte[] Key, byte[] Value)> _entries = [];

    /// <summary>Entries of a block.</summary>
    public int BlockEntries { get; init; } = 1000;

    /// <summary>Entries between two whole keys.</summary>
    public int RestartInterval { get; init; } = 16;

    /// <summary>Whether blocks are Snappy blocks: of literals, with copies where a byte repeats.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Changes the content of each data block before it is compressed and its checksum is made.</summary>
    public Func<byte[], byte[]> Content { get; init; } = content => content;

    /// <summary>
    /// Changes each data block, as it is stored, before its checksum is made: compressed bytes and the byte of the compression.
    /// </summary>
    public Func<byte[], byte[]> Stored { get; init; } = stored => stored;

    /// <summary>Changes the whole file.</summary>
    public Func<byte[], byte[]> Whole { get; init; } = file => file;

    /// <summary>Changes the place of each data block that the index names.</summary>
    public Func<(ulong Offset, ulong Length), (ulong Offset, ulong Length)> Handle { get; init; } = handle => handle;

    /// <summary>CRC-32C bit by bit, as RFC 3720 defines it.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }

    public static uint MaskedCrc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C(bytes);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    public TableBuilder Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _entries.Add((key.ToArray(), value.ToArray()));
        return this;
    }

    public byte[] Build()
    {
        List<byte> file = [];
        List<(byte[] Key, byte[] Value)> index = [];
        foreach ((byte[] Key, byte[] Value)[] chunk in _entries.Chunk(BlockEntries))
        {
            (ulong offset, ulong length) = Handle(Write(file, Content(Block(chunk)), IsCompressed, Stored));
            index.Add((chunk[^1].Key, [.. ProtobufBuilder.VarintBytes(offset), .. ProtobufBuilder.VarintBytes(length)]));
        }

        (ulong metaOffset, ulong metaLength) = Write(file, Block([]), false, stored => stored);
        (ulong indexOffset, ulong indexLength) = Write(file, Block([.. index]), IsCompressed, stored => stored);
        byte[] footer = new byte[48];
        byte[] handles =
        [
            .. ProtobufBuilder.VarintBytes(metaOffset), .. ProtobufBuilder.VarintBytes(metaLength),
            .. ProtobufBuilder.VarintBytes(indexOffset), .. ProtobufBuilder.VarintBytes(indexLength),
        ];
        handles.CopyTo(footer, 0);
        ((ReadOnlySpan<byte>)[0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]).CopyTo(footer.AsSpan(40));
        file.AddRange(footer);
        return Whole([.. file]);
    }

    public static byte[] Snappy(ReadOnlySpan<byte> content)
    {
        List<byte> block = [.. ProtobufBuilder.VarintBytes((ulong)content.Length)];
        for (int at = 0; at < content.Length;)
        {
            int run = 0;
            while (at > 0 && run < 64 && at + run < content.Length && content[at + run] == content[at - 1])
            {
                run++;
            }

            if (run >= 4)
            {
                block.AddRange([(byte)(((run - 1) << 2) | 2), 1, 0]);
                at += run;
                continue;
            }

            int literal = Math.Min(40, content.Length - at);
            for (int i = 4; i < literal; i++)
            {
                if (content[(at + i - 3)..(at + i + 1)].IndexOfAnyExcept(content[at + i - 4]) < 0)
                {
                    literal = i - 3;
                }
            }

            block.Add((byte)((literal - 1) << 2));
            block.AddRange(content.Slice(at, literal));
            at += literal;
        }

        return [.. block];
    }

    private static (ulong Offset, ulong Length) Write(List<byte> file, byte[] content, bool isCompressed, Func<byte[], byte[]> change)
    {
        ulong offset = (ulong)file.Count;
        byte[] stored = change(isCompressed ? [.. Snappy(content), 1] : [.. content, 0]);
        file.AddRange(stored);
        byte[] crc = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc32C(stored));
        file.AddRange(crc);
        return (offset, (ulong)stored.Length - 1);
    }

    private byte[] Block((byte[] Key, byte[] Value)[] entries)
    {
        List<byte> block = [];
        List<int> restarts = [0];
        byte[] last = [];
        for (int i = 0; i < entries.Length; i++)
        {
            (byte[] key, byte[] value) = entries[i];
            bool isRestart = i % RestartInterval == 0;
            if (isRestart && i > 0)
            {
                restarts.Add(block.Count);
            }

            int shared = isRestart ? 0 : last.AsSpan().CommonPrefixLength(key);
            block.AddRange(ProtobufBuilder.VarintBytes((ulong)shared));
            block.AddRange(ProtobufBuilder.VarintBytes((ulong)(key.Length - shared)));
            block.AddRange(ProtobufBuilder.VarintBytes((ulong)value.Length));
            block.AddRange(key.AsSpan(shared));
            block.AddRange(value);
            last = key;
        }

        byte[] number = new byte[4];
        foreach (int restart in restarts.Append(restarts.Count))
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, restart);
            block.AddRange(number);
        }

        return [.. block];
    }
}
