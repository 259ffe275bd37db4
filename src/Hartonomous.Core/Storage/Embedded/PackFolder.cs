using System.Collections.Concurrent;
using System.Globalization;
using Hartonomous.Core.Formats.IO;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The folder of pack files: their names, their locks, and handles for reading.</summary>
internal sealed class PackFolder(string packs, string locks) : IDisposable
{
    private readonly ConcurrentDictionary<long, Lazy<SafeFileHandle>> _readers = new();
    private readonly ConcurrentDictionary<long, Lazy<DirectReader>> _directReaders = new();

    public string PathOf(long packId) =>
        System.IO.Path.Combine(packs, string.Create(CultureInfo.InvariantCulture, $"{packId:D8}.hpk"));

    /// <summary>Reads from a pack. A pack that ends too early is a damaged store.</summary>
    public void Read(long packId, long offset, Span<byte> destination)
    {
        SafeFileHandle handle = _readers.GetOrAdd(packId, id => new Lazy<SafeFileHandle>(() => OpenForReading(id))).Value;
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(handle, destination, offset);
            if (count == 0)
            {
                throw new StoreException(StoreErrorCodes.StoreCorrupt, PathOf(packId), $"the pack ends at {offset}, inside what was committed to it");
            }

            offset += count;
            destination = destination[count..];
        }
    }

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
                System.IO.Path.Combine(locks, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
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

    private SafeFileHandle OpenForReading(long packId)
    {
        string path = PathOf(packId);
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException error)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, path, "the pack file is missing", error);
        }
    }
}
