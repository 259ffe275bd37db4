using System.Buffers;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// The content of an atom, read from the packs its blocks lie in, or from the files outside the store that they lie in; small blocks are there
/// already.
/// </summary>
internal sealed class AtomByteSource : ByteSource
{
    private readonly PackFolder _packs;
    private readonly InPlaceReader _outside;
    private readonly StoredBlock[] _blocks;
    private readonly long[] _starts;
    private readonly Func<ContentHash, StoredBlock?> _locate;
    private Slab? _scratch;
    private byte[]? _part;
    private int _partIndex = -1;

    /// <param name="packs">The packs.</param>
    /// <param name="locate">Where a payload lies by now: a compaction may have moved it to another pack. Null where it lies nowhere.</param>
    /// <param name="outside">Reads the blocks that have neither a content nor a pack.</param>
    /// <param name="hash">The atom.</param>
    /// <param name="length">Its length.</param>
    /// <param name="blocks">Its blocks in order, which have to cover it.</param>
    /// <exception cref="StoreException">The blocks do not cover the content.</exception>
    public AtomByteSource(
        PackFolder packs, Func<ContentHash, StoredBlock?> locate, InPlaceReader outside, ContentHash hash, long length, StoredBlock[] blocks)
    {
        Name = hash.ToString();
        Length = length;
        _packs = packs;
        _locate = locate;
        _outside = outside;
        _blocks = blocks;
        _starts = [.. blocks.Select(block => block.ByteOffset)];
        long end = 0;
        foreach (StoredBlock block in blocks)
        {
            if (block.ByteOffset != end)
            {
                break;
            }

            end += block.SizeBytes;
        }

        if (end != length)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, Name, $"its blocks cover {end} of {length} bytes");
        }
    }

    public override string Name { get; }

    public override long Length { get; }

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        int index = Array.BinarySearch(_starts, offset);
        for (index = index < 0 ? ~index - 1 : index; destination.Length > 0; index++)
        {
            StoredBlock block = _blocks[index];
            long within = offset - block.ByteOffset;
            int count = (int)Math.Min(destination.Length, block.SizeBytes - within);
            if (within == 0 && count == block.SizeBytes)
            {
                int blocks = CountAdjacent(index, destination.Length, out int frameBytes);
                if (blocks > 0)
                {
                    try
                    {
                        count = ReadAdjacent(index, blocks, frameBytes, destination);
                        index += blocks - 1;
                    }
                    catch (StoreException)
                    {
                        // Damaged, or moved to another pack meanwhile: block by block it is found out which.
                        ReadWhole(block, destination[..count]);
                    }
                }
                else
                {
                    ReadWhole(block, destination[..count]);
                }
            }
            else
            {
                ReadPart(index, within, destination[..count]);
            }

            offset += count;
            destination = destination[count..];
        }
    }

    internal override void ExpectSingleReading(Slab scratch) => _scratch = scratch;

    protected override void Dispose(bool disposing)
    {
        if (_part is not null)
        {
            ArrayPool<byte>.Shared.Return(_part);
            (_part, _partIndex) = (null, -1);
        }

        base.Dispose(disposing);
    }

    internal override int WholeRead(long offset, int most)
    {
        if (offset + most >= Length)
        {
            return most;
        }

        int index = Array.BinarySearch(_starts, offset + most);
        return (int)Math.Max(0, _starts[index < 0 ? ~index - 1 : index] - offset);
    }

    /// <summary>Reads a block where it was when the atom was opened; where that fails, asks where it is now, until it stays there.</summary>
    private void ReadWhole(StoredBlock block, Span<byte> destination)
    {
        if (block.Content is { } content)
        {
            if (content.Length != block.SizeBytes || ContentHash.Of(content) != block.Hash)
            {
                throw new StoreException(StoreErrorCodes.StoreCorrupt, block.Hash.ToString(), "its content in the database is damaged");
            }

            content.CopyTo(destination);
            return;
        }

        if (block.PackId == 0)
        {
            if (_outside.Read(block.Hash, destination) is not { } payload)
            {
                return;
            }

            if (payload.PackId == 0)
            {
                ReadWhole(payload, destination);
                return;
            }

            block = payload;
        }

        while (true)
        {
            try
            {
                ReadFrame(block, destination);
                return;
            }
            catch (StoreException)
            {
                StoredBlock current = _locate(block.Hash)
                    ?? throw new StoreException(StoreErrorCodes.ContentRemoved, block.Hash.ToString(), "its content was removed while it was read");
                if (current.PackId == block.PackId && current.PackOffset == block.PackOffset)
                {
                    throw;
                }

                block = current with { ByteOffset = block.ByteOffset };
            }
        }
    }

    private void ReadFrame(StoredBlock block, Span<byte> destination)
    {
        Span<byte> header = stackalloc byte[PackFrame.HeaderSize];
        _packs.Read(block.PackId, block.PackOffset, header);
        _packs.Read(block.PackId, block.PackOffset + PackFrame.HeaderSize, destination);
        CheckFrame(block, header, destination);
    }

    /// <summary>
    /// How many blocks from one on are wanted whole, lie in the pack one behind the other, and fit into the scratch buffer; none where there
    /// is no such buffer.
    /// </summary>
    private int CountAdjacent(int index, int wanted, out int frameBytes)
    {
        frameBytes = 0;
        int count = 0;
        StoredBlock first = _blocks[index];
        for (int i = index; _scratch is not null && i < _blocks.Length; i++)
        {
            StoredBlock block = _blocks[i];
            long frame = PackFrame.FrameLength(block.StoredBytes);
            if (block.Content is not null || block.PackId != first.PackId || block.PackOffset != first.PackOffset + frameBytes ||
                block.StoredBytes != block.SizeBytes || block.SizeBytes > wanted ||
                frameBytes + frame > _scratch.Memory.Length - (2 * DirectAccess.Alignment))
            {
                break;
            }

            frameBytes += (int)frame;
            wanted -= (int)block.SizeBytes;
            count++;
        }

        return count;
    }

    /// <summary>Reads the frames of adjacent blocks at once.</summary>
    /// <returns>Bytes of content.</returns>
    private int ReadAdjacent(int index, int count, int frameBytes, Span<byte> destination)
    {
        ReadOnlySpan<byte> frames = _packs.ReadOnce(_blocks[index].PackId, _blocks[index].PackOffset, frameBytes, _scratch!);
        int done = 0;
        foreach (StoredBlock block in _blocks.AsSpan(index, count))
        {
            ReadOnlySpan<byte> payload = frames.Slice(PackFrame.HeaderSize, (int)block.StoredBytes);
            CheckFrame(block, frames[..PackFrame.HeaderSize], payload);
            payload.CopyTo(destination[done..]);
            frames = frames[(int)PackFrame.FrameLength(block.StoredBytes)..];
            done += (int)block.SizeBytes;
        }

        return done;
    }

    private void CheckFrame(StoredBlock block, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        if (!PackFrame.TryRead(header, out PackFrame frame) || frame.Hash != block.Hash || frame.StoredBytes != block.StoredBytes ||
            frame.Codec != PackFrame.RawCodec || frame.PayloadCrc != Crc32C.Of(payload))
        {
            throw new StoreException(
                StoreErrorCodes.StoreCorrupt, block.Hash.ToString(), $"its frame at {block.PackOffset} in {_packs.PathOf(block.PackId)} is damaged");
        }
    }

    /// <summary>
    /// A block is read and checked whole even where a part is wanted: a checksum says nothing about parts. Where the parts are read one after
    /// the other, it is kept until the next block is.
    /// </summary>
    private void ReadPart(int index, long within, Span<byte> destination)
    {
        StoredBlock block = _blocks[index];
        if (_partIndex == index)
        {
            _part.AsSpan((int)within, destination.Length).CopyTo(destination);
            return;
        }

        byte[]? buffer = ArrayPool<byte>.Shared.Rent((int)block.SizeBytes);
        try
        {
            Span<byte> whole = buffer.AsSpan(0, (int)block.SizeBytes);
            ReadWhole(block, whole);
            whole.Slice((int)within, destination.Length).CopyTo(destination);
            if (_scratch is not null)
            {
                (buffer, _part) = (_part, buffer);
                _partIndex = index;
            }
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
