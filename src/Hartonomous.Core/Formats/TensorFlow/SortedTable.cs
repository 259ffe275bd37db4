using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Reads the sorted tables of LevelDB, which TensorFlow keeps the index of a checkpoint in: blocks of entries, a block that lists them, a
/// footer of 48 bytes that says where the latter is. Every block's checksum is checked; one block at a time is in memory.
/// </summary>
/// <remarks>
/// Format: <see href="https://github.com/google/leveldb/blob/main/doc/table_format.md"/>; TensorFlow's own copy is in
/// <c>tensorflow/core/lib/io</c> (in newer versions <c>xla/tsl/lib/io</c>).
/// </remarks>
/// <param name="source">The file; not owned.</param>
/// <param name="limits">What is accepted.</param>
internal sealed class SortedTable(ByteSource source, ReadLimits limits)
{
    /// <summary>Length of the footer.</summary>
    public const int FooterSize = 48;

    private const int TrailerSize = 5;
    private const byte Uncompressed = 0;
    private const byte SnappyCompressed = 1;

    /// <summary>The last bytes of every table, 0xDB4775248B80FB57 in little-endian order.</summary>
    public static ReadOnlySpan<byte> Magic => [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB];

    /// <summary>Takes an entry of the table.</summary>
    /// <param name="key">Its key, valid during the call.</param>
    /// <param name="value">Its value.</param>
    /// <param name="offset">Where it is, for errors.</param>
    /// <returns>False to end the reading.</returns>
    public delegate bool EntryHandler(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value, long offset);

    /// <summary>Reads all entries in the order of their keys, or those up to the one at which the handler ends it.</summary>
    /// <exception cref="ModelFormatException">The table is not as the format says.</exception>
    public void Read(EntryHandler handler, CancellationToken cancellation)
    {
        (TableHandle metaindex, TableHandle index) = ReadFooter();
        _ = ReadBlock(metaindex);
        TableBlock blocks = ReadBlock(index);
        byte[] last = [];
        bool isFirst = true;
        long end = 0;
        while (blocks.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            int at = 0;

            // One after the other, so that no block is read twice.
            if (!TableHandle.TryRead(blocks.Value.Span, ref at, out TableHandle handle) || handle.Offset < end)
            {
                throw Error(TensorFlowErrorCodes.BlockHandle, blocks.EntryOffset, "the place of a block is not behind the block before");
            }

            TableBlock block = ReadBlock(handle);
            end = handle.Offset + handle.Length + TrailerSize;
            while (block.Next())
            {
                if (!isFirst && block.Key.SequenceCompareTo(last) <= 0)
                {
                    throw Error(TensorFlowErrorCodes.KeyOrder, block.EntryOffset, "the keys do not rise from entry to entry");
                }

                last = block.Key.ToArray();
                isFirst = false;
                if (!handler(last, block.Value, block.EntryOffset))
                {
                    return;
                }
            }

            if (blocks.Key.SequenceCompareTo(last) < 0)
            {
                throw Error(TensorFlowErrorCodes.KeyOrder, blocks.EntryOffset, "a block holds keys beyond the one that the index gives it");
            }

            // The next block's keys have to be beyond the one that the index gives this one.
            last = blocks.Key.ToArray();
        }
    }

    private (TableHandle Metaindex, TableHandle Index) ReadFooter()
    {
        if (source.Length < FooterSize)
        {
            throw Error(TensorFlowErrorCodes.TableSize, 0, $"the file has {source.Length} bytes, a table ends in a footer of {FooterSize}");
        }

        long start = source.Length - FooterSize;
        Span<byte> footer = stackalloc byte[FooterSize];
        source.ReadExactly(start, footer);
        ReadOnlySpan<byte> magic = footer[^Magic.Length..];
        if (!magic.SequenceEqual(Magic))
        {
            throw Error(
                TensorFlowErrorCodes.TableMagic,
                source.Length - Magic.Length,
                $"a table ends in {Convert.ToHexString(Magic)}, this file in {Convert.ToHexString(magic)}");
        }

        int at = 0;
        return TableHandle.TryRead(footer[..^Magic.Length], ref at, out TableHandle metaindex) &&
            TableHandle.TryRead(footer[..^Magic.Length], ref at, out TableHandle index)
            ? (metaindex, index)
            : throw Error(TensorFlowErrorCodes.BlockHandle, start, "the footer does not say where the index is");
    }

    private TableBlock ReadBlock(TableHandle handle)
    {
        long end = source.Length - FooterSize - TrailerSize;
        if (handle.Offset > end || handle.Length > end - handle.Offset)
        {
            throw Error(
                TensorFlowErrorCodes.BlockHandle,
                handle.Offset,
                $"a block of {handle.Length} bytes and its trailer reach past the footer at {source.Length - FooterSize}");
        }

        if (handle.Length > limits.TensorFlowBlockBytes)
        {
            throw Error(
                TensorFlowErrorCodes.BlockSize, handle.Offset,
                $"a block has {handle.Length} bytes, {limits.TensorFlowBlockBytes} are accepted");
        }

        byte[] stored = new byte[(int)handle.Length + TrailerSize];
        source.ReadExactly(handle.Offset, stored);
        int length = (int)handle.Length;
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(length + 1));
        uint found = Crc32C.Mask(Crc32C.Of(stored.AsSpan(0, length + 1)));
        if (found != expected)
        {
            throw Error(
                TensorFlowErrorCodes.BlockChecksum, handle.Offset, $"a block has the checksum {found:X8}, its trailer says {expected:X8}");
        }

        byte[] content = stored[length] switch
        {
            Uncompressed => stored[..length],
            SnappyCompressed => Snappy.Decompress(stored.AsSpan(0, length), limits.TensorFlowBlockBytes, source.Name, handle.Offset),
            byte other => throw Error(
                TensorFlowErrorCodes.BlockCompression, handle.Offset + length,
                $"a block's compression is {other}; 0 (none) and 1 (Snappy) exist"),
        };
        return new TableBlock(content, source.Name, handle.Offset);
    }

    private ModelFormatException Error(string code, long offset, string problem) => new(code, source.Name, offset, problem);
}
