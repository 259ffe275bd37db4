using System.Buffers;
using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Reads every pack from its first frame to its committed end, one after the other, and holds each frame against its checksums, its hash
/// and the index.
/// </summary>
internal sealed class PackScan(PackFolder packs, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation)
{
    /// <summary>Scans all packs.</summary>
    /// <returns>How many payloads were read.</returns>
    public long Run(SqliteConnection connection)
    {
        long payloads = 0;
        foreach ((long packId, long committed) in connection.Query<(long, long)>("SELECT PackId, CommittedBytes FROM Packs ORDER BY PackId").AsList())
        {
            Dictionary<long, StoredBlock> index = connection.Query<StoredBlock>(
                """
                SELECT a.Hash, 0 AS ByteOffset, a.SizeBytes, p.PackId, p.PackOffset, p.StoredBytes, p.Codec, a.Content
                FROM AtomPayloads p JOIN Atoms a ON a.AtomId = p.AtomId WHERE p.PackId = @packId
                """,
                new { packId }).ToDictionary(block => block.PackOffset);
            string path = packs.PathOf(packId);
            if (new FileInfo(path) is not { Exists: true } file || file.Length < committed)
            {
                continue; // said already: PACK_MISSING
            }

            payloads += ScanFrames(packId, committed, index);
            foreach (StoredBlock lost in index.Values)
            {
                report(new VerifyFinding(
                    VerifyFindingCodes.PackFrame, lost.Hash.ToString(), $"{path} has no readable frame at {lost.PackOffset}, where the index says it lies"));
            }
        }

        return payloads;
    }

    /// <summary>Reads a pack's frames and takes those that are found off the index.</summary>
    private long ScanFrames(long packId, long committed, Dictionary<long, StoredBlock> index)
    {
        long payloads = 0;
        byte[] header = new byte[PackFrame.HeaderSize];
        long[] starts = [.. index.Keys.Order()];
        for (long offset = 0; offset < committed;)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isReadable = committed - offset >= PackFrame.HeaderSize;
            PackFrame frame = default;
            if (isReadable)
            {
                packs.Read(packId, offset, header);
                isReadable = PackFrame.TryRead(header, out frame) && frame.StoredBytes <= committed - offset - PackFrame.HeaderSize;
            }

            if (!isReadable)
            {
                // The frame's length cannot be trusted: go on at the next place the index knows.
                report(new VerifyFinding(VerifyFindingCodes.PackFrame, packs.PathOf(packId), $"the frame at {offset} has a damaged header"));
                int next = Array.BinarySearch(starts, offset + 1);
                next = next < 0 ? ~next : next;
                offset = next < starts.Length ? starts[next] : committed;
                continue;
            }

            CheckPayload(packId, offset, frame, index);
            payloads++;
            offset += frame.FrameBytes;
        }

        return payloads;
    }

    private void CheckPayload(long packId, long offset, PackFrame frame, Dictionary<long, StoredBlock> index)
    {
        string path = packs.PathOf(packId);
        if (frame.FrameBytes > Array.MaxLength)
        {
            report(new VerifyFinding(
                VerifyFindingCodes.PackFrame, path, $"the frame at {offset} claims {frame.StoredBytes} bytes, more than any payload has"));
            return;
        }

        int length = (int)(frame.FrameBytes - PackFrame.HeaderSize);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> payload = buffer.AsSpan(0, length);
            packs.Read(packId, offset + PackFrame.HeaderSize, payload);
            Span<byte> padding = payload[(int)frame.StoredBytes..];
            payload = payload[..(int)frame.StoredBytes];
            if (ContentHash.Of(payload) != frame.Hash || Crc32C.Of(payload) != frame.PayloadCrc)
            {
                report(new VerifyFinding(VerifyFindingCodes.AtomContent, frame.Hash.ToString(), $"its payload in {path} at {offset} is damaged"));
            }
            else if (padding.IndexOfAnyExcept((byte)0) >= 0)
            {
                report(new VerifyFinding(VerifyFindingCodes.PackFrame, path, $"the padding after the frame at {offset} is not zero"));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // A frame the index does not know is waste of a lost race, which an optimization reclaims.
        if (index.Remove(offset, out StoredBlock block) &&
            (block.Hash != frame.Hash || block.StoredBytes != frame.StoredBytes || block.SizeBytes != frame.ContentBytes || block.Codec != frame.Codec))
        {
            report(new VerifyFinding(VerifyFindingCodes.PackFrame, block.Hash.ToString(), $"the frame at {offset} in {path} is another atom's: {frame.Hash}"));
        }

        progress?.Report(frame.StoredBytes);
    }
}
