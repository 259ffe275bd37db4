using System.Buffers;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// Reads packs without the database and lists the frames that are whole: header and payload have their checksums, and the content its hash.
/// Behind a damaged header it goes on at the next place that looks like a frame.
/// </summary>
internal sealed class FrameCensus(PackFolder packs, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
{
    private const int SearchBytes = 1 << 20;

    private readonly Dictionary<(long PackId, long Offset), WholeFrame> _places = [];
    private long _doneBytes;
    private long _totalBytes;

    /// <summary>A whole frame of each content.</summary>
    public Dictionary<ContentHash, WholeFrame> Contents { get; } = [];

    /// <summary>How far each pack was read.</summary>
    public Dictionary<long, long> Ends { get; } = [];

    /// <summary>Where the last whole frame of each pack ends.</summary>
    public Dictionary<long, long> WholeEnds { get; } = [];

    /// <summary>Packs that hold anything but whole frames.</summary>
    public SortedSet<long> Damaged { get; } = [];

    /// <summary>Frames that were read, whole or not.</summary>
    public long Frames { get; private set; }

    /// <summary>The whole frame at a place, or null.</summary>
    public WholeFrame? At(long packId, long offset) => _places.TryGetValue((packId, offset), out WholeFrame frame) ? frame : null;

    /// <summary>Reads all pack files.</summary>
    /// <param name="committed">How much of each pack counts; of packs that are not in it, the whole file.</param>
    public void Run(IReadOnlyDictionary<long, long> committed)
    {
        List<(long PackId, long Length)> files =
        [
            .. packs.ListFiles().Select(packId => (packId, new FileInfo(packs.PathOf(packId)).Length)),
        ];
        _totalBytes = files.Sum(file => file.Length);
        foreach ((long packId, long length) in files)
        {
            bool isKnown = committed.TryGetValue(packId, out long counts);
            Scan(packId, isKnown ? Math.Min(counts, length) : length, isKnown);
            if (isKnown && counts > length)
            {
                Damaged.Add(packId);
            }
        }
    }

    private void Scan(long packId, long end, bool isCommitted)
    {
        byte[] header = new byte[PackFrame.HeaderSize];
        Ends[packId] = end;
        WholeEnds[packId] = 0;
        for (long offset = 0; offset < end;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (ReadHeader(packId, offset, end, header) is { } frame && frame.FrameBytes <= Array.MaxLength)
            {
                Frames++;
                Note(packId, offset, frame);
                offset += frame.FrameBytes;
                Report(frame.FrameBytes);
                continue;
            }

            // What a killed writer left at the end of a pack that nobody committed is no damage.
            long next = FindFrame(packId, offset + 8, end);
            if (isCommitted || next < end)
            {
                Frames++;
                Damaged.Add(packId);
            }

            Report(next - offset);
            offset = next;
        }
    }

    private void Note(long packId, long offset, PackFrame frame)
    {
        int length = (int)(frame.FrameBytes - PackFrame.HeaderSize);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            packs.Read(packId, offset + PackFrame.HeaderSize, buffer.AsSpan(0, length));
            ReadOnlySpan<byte> payload = buffer.AsSpan(0, (int)frame.StoredBytes);
            if (Crc32C.Of(payload) != frame.PayloadCrc || (frame.Codec == PackFrame.RawCodec && ContentHash.Of(payload) != frame.Hash))
            {
                Damaged.Add(packId);
                return;
            }

            if (buffer.AsSpan(0, length)[payload.Length..].ContainsAnyExcept((byte)0))
            {
                Damaged.Add(packId);
            }

            WholeFrame whole = new(frame.Hash, packId, offset, frame.StoredBytes, frame.ContentBytes, frame.Codec);
            _places[(packId, offset)] = whole;
            Contents.TryAdd(frame.Hash, whole);
            WholeEnds[packId] = offset + frame.FrameBytes;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private PackFrame? ReadHeader(long packId, long offset, long end, byte[] header)
    {
        if (end - offset < PackFrame.HeaderSize)
        {
            return null;
        }

        packs.Read(packId, offset, header);
        return PackFrame.TryRead(header, out PackFrame frame) && frame.StoredBytes <= end - offset - PackFrame.HeaderSize &&
            frame.FrameBytes <= end - offset ? frame : null;
    }

    /// <summary>The next place, a multiple of 8, where the header of a frame that fits stands, or the end.</summary>
    private long FindFrame(long packId, long from, long end)
    {
        byte[] header = new byte[PackFrame.HeaderSize];
        byte[] window = new byte[SearchBytes];
        for (long start = from; start < end; start += SearchBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(SearchBytes, end - start);
            packs.Read(packId, start, window.AsSpan(0, count));
            for (int i = 0; i + 4 <= count; i += 8)
            {
                if (window.AsSpan(i, 4).SequenceEqual("HATM"u8) && ReadHeader(packId, start + i, end, header) is not null)
                {
                    return start + i;
                }
            }
        }

        return end;
    }

    private void Report(long bytes)
    {
        _doneBytes += bytes;
        progress?.Report(new MaintenanceProgress("Reading packs", Math.Min(_doneBytes, _totalBytes), _totalBytes));
    }
}
