using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Appends frames to a pack that no other writer has. Frames count once the transaction that indexes them also raises the pack's
/// committed length; what a killed writer left beyond that is cut off by the next.
/// </summary>
internal sealed class PackWriter : IDisposable
{
    /// <summary>A pack of this length takes no more frames.</summary>
    public const long SealedBytes = 1L << 30;

    private readonly FileStream _lock;
    private readonly SafeFileHandle _file;
    private readonly SequentialWriter _writer;

    private PackWriter(long packId, FileStream packLock, SafeFileHandle file, SequentialWriter writer)
    {
        PackId = packId;
        _lock = packLock;
        _file = file;
        _writer = writer;
    }

    public long PackId { get; }

    /// <summary>Length with all frames written so far.</summary>
    public long Length => _writer.Position;

    /// <summary>Whether the pack is full.</summary>
    public bool IsFull => Length >= SealedBytes;

    /// <summary>Takes an unsealed pack that no one is writing to, or begins a new one.</summary>
    public static PackWriter Open(StoreDatabase database, PackFolder folder)
    {
        using SqliteConnection connection = database.Connect();
        foreach (long packId in connection.Query<long>("SELECT PackId FROM Packs WHERE IsSealed = 0 ORDER BY PackId").AsList())
        {
            if (TryOpen(connection, folder, packId) is { } writer)
            {
                return writer;
            }
        }

        return OpenNew(connection, folder);
    }

    /// <summary>Begins a new pack.</summary>
    public static PackWriter OpenNew(SqliteConnection connection, PackFolder folder)
    {
        while (true)
        {
            long packId = connection.QuerySingle<long>("INSERT INTO Packs DEFAULT VALUES RETURNING PackId");
            if (TryOpen(connection, folder, packId) is { } writer)
            {
                return writer;
            }
        }
    }

    /// <summary>Appends a frame.</summary>
    /// <returns>Where the frame begins.</returns>
    public long Append(ContentHash hash, ReadOnlySpan<byte> content)
    {
        long offset = _writer.Position;
        PackFrame frame = new(hash, content.Length, content.Length, PackFrame.RawCodec, Crc32C.Of(content));
        Span<byte> header = stackalloc byte[PackFrame.HeaderSize];
        frame.Write(header);
        _writer.Write(header);
        _writer.Write(content);
        Span<byte> padding = stackalloc byte[8];
        padding.Clear();
        _writer.Write(padding[..(int)(frame.FrameBytes - PackFrame.HeaderSize - content.Length)]);
        return offset;
    }

    /// <summary>Appends a frame of another pack as it is, with its header and padding.</summary>
    /// <returns>Where the frame begins.</returns>
    public long AppendFrame(ReadOnlySpan<byte> frame)
    {
        long offset = _writer.Position;
        _writer.Write(frame);
        return offset;
    }

    /// <summary>Hands all frames to the disk. To be called before the transaction that indexes them commits.</summary>
    public void Flush() => _writer.Flush();

    public void Dispose()
    {
        try
        {
            _writer.Dispose();
            CutPadding();
            _file.Dispose();
        }
        catch (IOException)
        {
            // Bytes that a full disk did not take were never committed, and whoever wrote them has been told.
        }
        finally
        {
            _lock.Dispose();
        }
    }

    /// <summary>Takes off what a flush has written behind the last frame. Nothing depends on it: readers stop at the committed length.</summary>
    private void CutPadding()
    {
        try
        {
            if (RandomAccess.GetLength(_file) > Length)
            {
                RandomAccess.SetLength(_file, Length);
            }
        }
        catch (IOException)
        {
            // The next writer cuts it off.
        }
    }

    private static PackWriter? TryOpen(SqliteConnection connection, PackFolder folder, long packId)
    {
        FileStream? packLock = folder.TryLock($"pack-{packId}");
        if (packLock is null)
        {
            return null;
        }

        SafeFileHandle? file = null;
        try
        {
            // Asked again under the lock: another writer may have appended or sealed since the pack was listed.
            // An optimization may have done away with it.
            (long committed, bool isOpen) = connection.QuerySingleOrDefault<(long, bool)>(
                "SELECT CommittedBytes, IsSealed = 0 FROM Packs WHERE PackId = @packId", new { packId });
            if (isOpen)
            {
                string path = folder.PathOf(packId);
                file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
                long length = RandomAccess.GetLength(file);
                if (length < committed)
                {
                    throw new StoreException(StoreErrorCodes.StoreCorrupt, path, $"the pack has {length} bytes, {committed} were committed to it");
                }

                RandomAccess.SetLength(file, committed);
                return new PackWriter(packId, packLock, file, new SequentialWriter(file, committed));
            }
        }
        catch
        {
            file?.Dispose();
            packLock.Dispose();
            throw;
        }

        packLock.Dispose();
        return null;
    }
}
