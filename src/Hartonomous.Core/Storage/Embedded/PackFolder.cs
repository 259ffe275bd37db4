using System.Collections.Concurrent;
using System.Globalization;
using Hartonomous.Core.Formats.IO;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The folder of pack files: their names, their locks, and handles for reading.</summary>
internal sealed class PackFolder(string packs, string locks) : IDisposable
{
    // What IOException.HResult is where the file is locked: EAGAIN on Linux and macOS, ERROR_SHARING_VIOLATION.
    private const int SharingViolationUnix = 11;
    private const int SharingViolationMac = 35;
    private const int SharingViolationWindows = unchecked((int)0x80070020);

    private readonly ConcurrentDictionary<long, Lazy<SafeFileHandle>> _readers = new();
    private readonly ConcurrentDictionary<long, Lazy<DirectReader>> _directReaders = new();

    public string PathOf(long packId) =>
        System.IO.Path.Combine(packs, string.Create(CultureInfo.InvariantCulture, $"{packId:D8}.hpk"));

    /// <summary>Reads from a pack. A pack that ends too early is a damaged store.</summary>
    public void Read(long packId, long offset, Span<byte> destination)
    {
        SafeFileHandle handle = _readers.GetOrAdd(
            packId, id => new Lazy<SafeFileHandle>(() => OpenForReading(id), LazyThreadSafetyMode.PublicationOnly)).Value;
        while (destination.Length > 0)
        {
            int count = Read(handle, packId, offset, destination);
            if (count == 0)
            {
                throw new StoreException(StoreErrorCodes.StoreCorrupt, PathOf(packId), $"the pack ends at {offset}, inside what was committed to it");
            }

            offset += count;
            destination = destination[count..];
        }
    }

    /// <summary>The numbers of all pack files in the folder.</summary>
    public IEnumerable<long> ListFiles() => Directory.EnumerateFiles(packs, "*.hpk")
        .Select(file => long.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0)
        .Where(id => id > 0)
        .Order();

    /// <summary>
    /// Reads from a pack past the system's cache, where the system allows it: for what is read once. What is read begins somewhat before, and
    /// may end after, what is asked for.
    /// </summary>
    /// <param name="packId">The pack.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="length">Its length, at least two pages less than that of <paramref name="buffer"/>.</param>
    /// <param name="buffer">What is read into.</param>
    /// <returns>The range, in the buffer.</returns>
    public ReadOnlySpan<byte> ReadOnce(long packId, long offset, int length, Slab buffer)
    {
        DirectReader reader = _directReaders.GetOrAdd(packId, id => new Lazy<DirectReader>(() => new DirectReader(OpenForReading(id)))).Value;
        ReadOnlySpan<byte> range = reader.Read(offset, length, buffer);
        return range.Length == length
            ? range
            : throw new StoreException(
                StoreErrorCodes.StoreCorrupt, PathOf(packId), $"the pack ends at {offset + range.Length}, inside what was committed to it");
    }

    /// <summary>
    /// Takes a lock that lasts until it is disposed or the process ends, or returns null where another process or session has it.
    /// </summary>
    /// <remarks>A file of its own carries the lock, because on Unix only <see cref="FileShare.None"/> excludes another writer.</remarks>
    public FileStream? TryLock(string name)
    {
        try
        {
            return new FileStream(
                LockPath(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException error) when (error.HResult is SharingViolationUnix or SharingViolationMac or SharingViolationWindows)
        {
            return null;
        }
    }

    /// <summary>
    /// Shares a lock that <see cref="TryLock"/> takes alone, until it is disposed or the process ends; null where the store cannot be written to.
    /// </summary>
    /// <exception cref="StoreException">Someone has it alone (<c>STORE_BUSY</c>).</exception>
    public FileStream? ShareLock(string name)
    {
        try
        {
            return new FileStream(LockPath(name), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, 1);
        }
        catch (IOException error) when (error.HResult is SharingViolationUnix or SharingViolationMac or SharingViolationWindows)
        {
            throw new StoreException(StoreErrorCodes.StoreBusy, LockPath(name), "another process repairs the store", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>Whether someone holds a lock. Not for locks that are taken without a transaction: to ask is to hold it for a moment.</summary>
    public bool IsLocked(string name)
    {
        if (!File.Exists(LockPath(name)))
        {
            return false;
        }

        using FileStream? taken = TryLock(name);
        return taken is null;
    }

    /// <summary>Deletes the file of a lock whose name is never used again.</summary>
    public void DeleteLock(string name)
    {
        try
        {
            File.Delete(LockPath(name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // On Windows, one who asks whether it is held keeps the file for that moment. An empty file more does no harm.
        }
    }

    /// <summary>Deletes a pack to which the index no longer leads; whoever has it open goes on reading it.</summary>
    public void Delete(long packId)
    {
        Forget(packId);
        File.Delete(PathOf(packId));
    }

    /// <summary>Closes the handle for reading a pack; the next read opens the file anew.</summary>
    public void Forget(long packId)
    {
        if (_readers.TryRemove(packId, out Lazy<SafeFileHandle>? reader) && reader.IsValueCreated)
        {
            reader.Value.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (Lazy<SafeFileHandle> reader in _readers.Values.Where(reader => reader.IsValueCreated))
        {
            reader.Value.Dispose();
        }

        foreach (Lazy<DirectReader> reader in _directReaders.Values.Where(reader => reader.IsValueCreated))
        {
            reader.Value.Dispose();
        }

        _readers.Clear();
        _directReaders.Clear();
    }

    private int Read(SafeFileHandle handle, long packId, long offset, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(handle, destination, offset);
        }
        catch (ObjectDisposedException error)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, PathOf(packId), "the pack was compacted while it was read", error);
        }
    }

    private string LockPath(string name) => System.IO.Path.Combine(locks, name + ".lock");

    private SafeFileHandle OpenForReading(long packId)
    {
        string path = PathOf(packId);
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException || (error is UnauthorizedAccessException && OperatingSystem.IsWindows()))
        {
            // Windows denies access to a file that is deleted while someone still has it open.
            throw new StoreException(StoreErrorCodes.StoreCorrupt, path, "the pack file is missing", error);
        }
    }
}
