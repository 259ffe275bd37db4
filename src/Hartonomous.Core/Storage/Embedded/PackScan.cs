using System.Buffers;
using System.Globalization;
using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Reads the payloads in the database, then every pack from its first frame to its committed end, and holds each frame against its checksums, its hash
/// and the index. What fails is held against the index as it is by then: others remove, import and compact at the same time.
/// </summary>
internal sealed class PackScan(
    StoreDatabase database, PackFolder packs, Action<VerifyFinding> report, Action<string>? passed, IProgress<long>? progress, CancellationToken cancellation)
{
    private readonly SqliteConnection _connection = database.Connect();

    /// <summary>Scans all payloads, or those behind a place that an earlier scan had passed.</summary>
    /// <param name="after">The place, <c>pack:offset</c>, of those in the database <c>0:atom</c>, or null.</param>
    public void Run(string? after)
    {
        using SqliteConnection owned = _connection;
        (long fromPack, long fromOffset) = Parse(after);
        if (fromPack == 0)
        {
            InlinePayloadScan.Run(_connection, fromOffset, passed, report, progress, cancellation);
        }

        foreach ((long packId, long committed) in _connection.Query<(long, long)>(
            "SELECT PackId, CommittedBytes FROM Packs WHERE PackId >= @fromPack ORDER BY PackId", new { fromPack }).AsList())
        {
            try
            {
                ScanPack(packId, packId == fromPack ? fromOffset : 0, committed);
            }
            catch (StoreException error)
            {
                // A pack that is gone or too short is said already, PACK_MISSING, unless it went just now.
                if (IsCommitted(packId, committed) && File.Exists(packs.PathOf(packId)))
                {
                    report(new VerifyFinding(VerifyFindingCodes.PackFrame, packs.PathOf(packId), error.Problem));
                }
            }
        }
    }

    private static (long Pack, long Offset) Parse(string? place)
    {
        string[] parts = place?.Split(':') ?? [];
        return parts.Length == 2 ? (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture)) : (0, 0);
    }

    private void ScanPack(long packId, long from, long committed)
    {
        Dictionary<long, StoredBlock> index = _connection.Query<StoredBlock>(
            """
            SELECT a.Hash, 0 AS ByteOffset, a.SizeBytes, p.PackId, p.PackOffset, p.StoredBytes, p.Codec, a.Content
            FROM AtomPayloads p JOIN Atoms a ON a.AtomId = p.AtomId
            WHERE p.PackId = @packId AND p.PackOffset >= @from AND p.PackOffset < @committed
            """,
            new { packId, from, committed }).ToDictionary(block => block.PackOffset);
        if (new FileInfo(packs.PathOf(packId)) is not { Exists: true } file || file.Length < committed)
        {
            return; // said already: PACK_MISSING
        }

        ScanFrames(packId, from, committed, index);
        foreach (StoredBlock lost in index.Values)
        {
            string detail = $"{packs.PathOf(packId)} has no readable frame at {lost.PackOffset}, where the index says it lies";
            ReportIndexed(lost, new VerifyFinding(VerifyFindingCodes.PackFrame, lost.Hash.ToString(), detail));
        }
    }

    /// <summary>Reads a pack's frames and takes those that are found off the index.</summary>
    private void ScanFrames(long packId, long from, long committed, Dictionary<long, StoredBlock> index)
    {
        byte[] header = new byte[PackFrame.HeaderSize];
        long[] starts = [.. index.Keys.Order()];
        for (long offset = from; offset < committed;)
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
                ReportFrame(packId, offset, new VerifyFinding(
                    VerifyFindingCodes.PackFrame, packs.PathOf(packId), $"the frame at {offset} has a damaged header"));
                int next = Array.BinarySearch(starts, offset + 1);
                next = next < 0 ? ~next : next;
                offset = next < starts.Length ? starts[next] : committed;
                continue;
            }

            CheckPayload(packId, offset, frame, index);
            offset += frame.FrameBytes;
            passed?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{packId}:{offset}"));
        }
    }

    private void CheckPayload(long packId, long offset, PackFrame frame, Dictionary<long, StoredBlock> index)
    {
        string path = packs.PathOf(packId);
        if (frame.FrameBytes > Array.MaxLength)
        {
            ReportFrame(packId, offset, new VerifyFinding(
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
                ReportFrame(packId, offset, new VerifyFinding(
                    VerifyFindingCodes.AtomContent, frame.Hash.ToString(), $"its payload in {path} at {offset} is damaged"));
            }
            else if (padding.IndexOfAnyExcept((byte)0) >= 0)
            {
                ReportFrame(packId, offset, new VerifyFinding(
                    VerifyFindingCodes.PackFrame, path, $"the padding after the frame at {offset} is not zero"));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // A frame the index does not know is waste, which an optimization reclaims.
        if (index.Remove(offset, out StoredBlock block) &&
            (block.Hash != frame.Hash || block.StoredBytes != frame.StoredBytes || block.SizeBytes != frame.ContentBytes || block.Codec != frame.Codec))
        {
            ReportIndexed(block, new VerifyFinding(
                VerifyFindingCodes.PackFrame, block.Hash.ToString(), $"the frame at {offset} in {path} is another atom's: {frame.Hash}"));
        }

        progress?.Report(frame.StoredBytes);
    }

    /// <summary>Reports what is wrong with the bytes of a pack, unless the pack has been emptied meanwhile.</summary>
    private void ReportFrame(long packId, long offset, VerifyFinding finding)
    {
        if (IsCommitted(packId, offset + 1))
        {
            report(finding);
        }
    }

    /// <summary>Reports what is wrong with an entry of the index, unless the entry is gone or has moved meanwhile.</summary>
    private void ReportIndexed(StoredBlock block, VerifyFinding finding)
    {
        long still = _connection.ExecuteScalar<long>(
            """
            SELECT count(*) FROM AtomPayloads p JOIN Atoms a ON a.AtomId = p.AtomId
            WHERE a.Hash = @Hash AND p.PackId = @PackId AND p.PackOffset = @PackOffset
            """,
            new { block.Hash, block.PackId, block.PackOffset });
        if (still > 0)
        {
            report(finding);
        }
    }

    private bool IsCommitted(long packId, long length) => _connection.ExecuteScalar<long>(
        "SELECT count(*) FROM Packs WHERE PackId = @packId AND CommittedBytes >= @length", new { packId, length }) > 0;
}
