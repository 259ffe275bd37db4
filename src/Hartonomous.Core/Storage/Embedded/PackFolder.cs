using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The folder of pack files: their names, their locks, and handles for reading.</summary>
internal sealed class PackFolder(string packs, string locks) : IDisposable
{
    private readonly ConcurrentDictionary<long, Lazy<SafeFileHandle>> _readers = new();

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

        _readers.Clear();
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
