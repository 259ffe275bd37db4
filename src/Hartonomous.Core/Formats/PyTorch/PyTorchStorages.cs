using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>A run of values that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Dtype">Its values; U8 where it is counted in bytes.</param>
/// <param name="Count">Number of its values.</param>
/// <param name="SizeBytes">Its length.</param>
internal sealed record PyTorchStorage(string Key, TensorDtype Dtype, long Count, long SizeBytes);

/// <summary>A part of a storage, as old legacy files describe it; usually all of it.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Start">Where the part begins in it, in bytes.</param>
/// <param name="SizeBytes">The part's length.</param>
internal sealed record PyTorchStorageView(PyTorchStorage Storage, long Start, long SizeBytes);

/// <summary>The storages that the pickles of one file describe by persistent ids.</summary>
internal sealed class PyTorchStorages(string file)
{
    private readonly Dictionary<string, PyTorchStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>All storages that have come up.</summary>
    public IReadOnlyDictionary<string, PyTorchStorage> All => _storages;

    /// <summary>
    /// The storage that a persistent id describes: <c>('storage', class, key, location, count)</c>, in legacy files with a sixth item,
    /// None or <c>(key, offset, count)</c> of a part.
    /// </summary>
    /// <param name="prefix">What is put before the key: storages of constants are numbered apart.</param>
    /// <param name="id">The id.</param>
    public PyTorchStorageView Find(string prefix, object? id)
    {
        if (id is not PickleTuple { Items: ["storage", var type, var key, _, long count, ..] items } || items.Length > 6)
        {
            throw Error(PyTorchErrorCodes.PersistentId,
                "a persistent id is no storage: a tuple ('storage', class, key, location, count) is expected");
        }

        if (key is not string name || name.Length is 0 or > 64 || name is "." or ".." || name.AsSpan().ContainsAny("/\\\0"))
        {
            throw Error(PyTorchErrorCodes.StorageKey,
                $"the storage key {(key is string text ? ErrorText.Quote(text) : "is no text; it")} is no plain name");
        }

        PyTorchStorage storage = Add(prefix + name, type, count);
        if (items.Length < 6 || items[5] is null)
        {
            return new PyTorchStorageView(storage, 0, storage.SizeBytes);
        }

        int width = storage.Dtype.Layout().Bytes;
        return items[5] is PickleTuple { Items: [_, long offset, long part] } && offset >= 0 && part >= 0 && offset <= count &&
            part <= count - offset
            ? new PyTorchStorageView(storage, offset * width, part * width)
            : throw Error(PyTorchErrorCodes.View, $"the part of storage {ErrorText.Quote(name)} is not within it");
    }

    /// <summary>Notes a storage.</summary>
    public PyTorchStorage Add(string key, object? type, long count)
    {
        if (type is not PickleGlobal global || !PyTorchDtypes.TryGetStorage(global, out TensorDtype dtype))
        {
            // The class of a file that is refused for its globals is not known here.
            string name = type is PickleGlobal { FullName: var full } ? ErrorText.Quote(full) : "what is no class";
            throw Error(PyTorchErrorCodes.Dtype, $"the storage {ErrorText.Quote(key)} is of {name}, whose values are not known");
        }

        if (!dtype.TryGetByteCount(count, out long size))
        {
            throw Error(PyTorchErrorCodes.StorageSize, $"the storage {ErrorText.Quote(key)} is said to have {count} values");
        }

        PyTorchStorage storage = new(key, dtype, count, size);
        if (_storages.TryAdd(key, storage) || _storages[key] == storage)
        {
            return _storages[key];
        }

        throw Error(
            PyTorchErrorCodes.StorageConflict,
            $"the storage {ErrorText.Quote(key)} is {_storages[key].Count} values of {_storages[key].Dtype}, and also {count} of {dtype}");
    }

    private ModelFormatException Error(string code, string problem) => new(code, file, null, problem);
}
