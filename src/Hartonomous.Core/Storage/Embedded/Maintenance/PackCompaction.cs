using System.Buffers;
using Dapper;
using Hartonomous.Core.Formats.IO;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// Copies the frames in use out of packs that are mostly waste, and deletes those packs. Frames, flush, then the transaction that makes the
/// index lead to the copies, batch by batch; a pack goes when the index no longer leads to it. Whoever read the index before and comes too
/// late for the file reads the index again.
/// </summary>
internal sealed class PackCompaction(
    StoreDatabase database, PackFolder packs, Deadline deadline, IProgress<MaintenanceProgress>? progress) : IDisposable
{
    private const long BatchBytes = 64L << 20;
    private const int BatchFrames = 2048;

    private readonly SqliteConnection _connection = database.Connect();
    private PackWriter? _target;
    private string? _aside;
    private long _totalBytes;

    /// <summary>Packs deleted.</summary>
    public long Packs { get; private set; }

    /// <summary>Packs left as they are: an import writes to them, or a frame in use is damaged.</summary>
    public long Skipped { get; private set; }

    /// <summary>Bytes of frames copied.</summary>
    public long MovedBytes { get; private set; }

    /// <summary>Cuts off what killed writers left, deletes packs that a killed run had emptied, and copies what is due.</summary>
    public void Run(double maxWaste)
    {
        List<PackUse> all = PackUse.ListAll(_connection, packs, withoutUnused: false);
        foreach (PackUse pack in all.Where(pack => (pack.FileBytes > pack.CommittedBytes || pack.CommittedBytes == 0) && deadline.Allows()))
        {
            CutOff(pack.PackId);
        }

        List<PackUse> chosen = PackUse.Choose(all, maxWaste);
        _totalBytes = chosen.Sum(pack => pack.LiveBytes);
        foreach (PackUse pack in chosen)
        {
            if (!deadline.Allows())
            {
                return;
            }

            Compact(pack.PackId);
        }
    }

    /// <summary>Copies the whole frames in use out of a pack that holds damaged ones, and moves its file elsewhere.</summary>
    /// <param name="packId">The pack.</param>
    /// <param name="folder">Where to.</param>
    public void Evacuate(long packId, string folder)
    {
        _aside = folder;
        Compact(packId);
        _aside = null;
    }

    public void Dispose()
    {
        _target?.Dispose();
        _connection.Dispose();
    }

    private void CutOff(long packId)
    {
        using FileStream? packLock = packs.TryLock(LockOf(packId));
        if (packLock is null)
        {
            return;
        }

        // Asked again under the lock: the bytes may have been committed meanwhile.
        (long committed, bool isSealed) = _connection.QuerySingleOrDefault<(long, bool)>(
            "SELECT CommittedBytes, IsSealed FROM Packs WHERE PackId = @packId", new { packId });
        if (isSealed && committed == 0)
        {
            Drop(packId, packLock);
            return;
        }

        if (new FileInfo(packs.PathOf(packId)) is { Exists: true } info && info.Length > committed)
        {
            using FileStream file = new(info.FullName, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.SetLength(committed);
        }
    }

    private void Compact(long packId)
    {
        using FileStream? packLock = packs.TryLock(LockOf(packId));
        if (packLock is null)
        {
            Skipped++;
            return;
        }

        long last = -1;
        while (MoveBatch(packId, ref last))
        {
            if (!deadline.Allows())
            {
                return;
            }
        }

        bool isEmpty = StoreDatabase.Write(_connection, connection => connection.Execute(
            """
            UPDATE Packs SET CommittedBytes = 0, IsSealed = 1
            WHERE PackId = @packId AND NOT EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.PackId = @packId)
            """,
            new { packId }) > 0);
        if (isEmpty)
        {
            Drop(packId, packLock);
        }
        else
        {
            Skipped++;
        }
    }

    /// <summary>Deletes an emptied pack: the file first, so that a row remains where this is interrupted, then row and lock.</summary>
    private void Drop(long packId, FileStream packLock)
    {
        if (_aside is null)
        {
            packs.Delete(packId);
        }
        else
        {
            packs.Forget(packId);
            File.Move(packs.PathOf(packId), Path.Combine(_aside, Path.GetFileName(packs.PathOf(packId))), overwrite: true);
        }

        StoreDatabase.Write(_connection, connection => connection.Execute("DELETE FROM Packs WHERE PackId = @packId", new { packId }));
        packLock.Dispose();
        packs.DeleteLock(LockOf(packId));
        Packs++;
    }

    /// <summary>Copies some frames of a pack; what is damaged stays where it is.</summary>
    /// <param name="packId">The pack.</param>
    /// <param name="last">Offset of the last frame that was looked at.</param>
    /// <returns>Whether there were any.</returns>
    private bool MoveBatch(long packId, ref long last)
    {
        List<(long AtomId, StoredBlock From, long To)> moved = [];
        List<IndexedFrame> frames = _connection.Query<IndexedFrame>(
            """
            SELECT p.AtomId, a.Hash, a.SizeBytes, p.PackOffset, p.StoredBytes, p.Codec
            FROM AtomPayloads p JOIN Atoms a ON a.AtomId = p.AtomId
            WHERE p.PackId = @packId AND p.PackOffset > @after ORDER BY p.PackOffset LIMIT @limit
            """,
            new { packId, after = last, limit = BatchFrames }).AsList();
        long bytes = 0;
        foreach (IndexedFrame frame in frames)
        {
            deadline.Cancellation.ThrowIfCancellationRequested();
            if (bytes >= BatchBytes)
            {
                break;
            }

            StoredBlock from = new(frame.Hash, 0, frame.SizeBytes, packId, frame.PackOffset, frame.StoredBytes, frame.Codec, null);
            last = frame.PackOffset;
            if (Copy(from) is { } to)
            {
                moved.Add((frame.AtomId, from, to));
                bytes += PackFrame.FrameLength(frame.StoredBytes);
            }
        }

        if (moved.Count > 0)
        {
            CommitBatch(moved);
            MovedBytes += bytes;
            progress?.Report(new MaintenanceProgress("Compacting packs", MovedBytes, _totalBytes));
            deadline.GiveWay();
        }

        return frames.Count > 0;
    }

    /// <summary>Copies a frame if it is whole.</summary>
    private long? Copy(StoredBlock from)
    {
        int length = (int)PackFrame.FrameLength(from.StoredBytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> frame = buffer.AsSpan(0, length);
            packs.Read(from.PackId, from.PackOffset, frame);
            if (!PackFrame.TryRead(frame, out PackFrame header) || header.Hash != from.Hash || header.StoredBytes != from.StoredBytes ||
                header.Codec != from.Codec || header.PayloadCrc != Crc32C.Of(frame.Slice(PackFrame.HeaderSize, (int)from.StoredBytes)))
            {
                return null;
            }

            // Never one that is there: it might be the next to be emptied.
            _target ??= PackWriter.OpenNew(_connection, packs);
            frame[(PackFrame.HeaderSize + (int)from.StoredBytes)..].Clear();
            return _target.AppendFrame(frame);
        }
        catch (StoreException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void CommitBatch(List<(long AtomId, StoredBlock From, long To)> moved)
    {
        PackWriter target = _target!;
        target.Flush();
        StoreDatabase.Write(_connection, connection =>
        {
            ChunkWriter.RaisePack(connection, target.PackId, target.Length, target.IsFull);

            // An atom that was deleted meanwhile has no row to change; its copy is waste.
            return connection.Execute(
                """
                UPDATE AtomPayloads SET PackId = @toPack, PackOffset = @to
                WHERE AtomId = @atomId AND PackId = @fromPack AND PackOffset = @from
                """,
                moved.Select(move => new
                {
                    toPack = target.PackId,
                    to = move.To,
                    atomId = move.AtomId,
                    fromPack = move.From.PackId,
                    from = move.From.PackOffset,
                }));
        });
        if (target.IsFull)
        {
            target.Dispose();
            _target = null;
        }
    }

    private static string LockOf(long packId) => $"pack-{packId}";

    private sealed record IndexedFrame
    {
        public required long AtomId { get; init; }

        public required Models.ContentHash Hash { get; init; }

        public required long SizeBytes { get; init; }

        public required long PackOffset { get; init; }

        public required long StoredBytes { get; init; }

        public required int Codec { get; init; }
    }
}
