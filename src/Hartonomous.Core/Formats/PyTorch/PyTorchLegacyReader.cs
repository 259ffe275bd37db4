using System.Globalization;
using System.Numerics;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Reads what <c>torch.save</c> wrote before version 1.6: five pickles (magic number, version, system, object, keys of the storages), then
/// for each key the number of values and the values.
/// </summary>
internal static class PyTorchLegacyReader
{
    private const int FormatVersion = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    /// <summary>How such a file begins: protocol 2, then the magic number as a LONG1 of ten bytes.</summary>
    public static ReadOnlySpan<byte> Signature => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    /// <summary>Reads a file. One that begins in any other way is refused, its globals named if it is a pickle.</summary>
    public static PyTorchContents Read(ModelFile file, ReadLimits limits, CancellationToken cancellation)
    {
        string name = file.Bytes.Name;
        PyTorchPickles pickles = new(name, false, limits, cancellation);
        ByteReader reader = new(file.Bytes, PyTorchErrorCodes.DataTruncated);
        PickleMachine magic = pickles.Load(reader, "magic number", 0, null);
        pickles.CheckGlobals();
        if (magic.Root is not BigInteger number || number != Magic)
        {
            throw new ModelFormatException(
                PyTorchErrorCodes.Magic, name, 0, "this is a pickle, but none of PyTorch: it does not begin with the magic number");
        }

        long at = reader.Position;
        if (pickles.Load(reader, "version", 0, null).Root is not (long and FormatVersion))
        {
            throw new ModelFormatException(PyTorchErrorCodes.Version, name, at, $"the version of the format is not {FormatVersion}");
        }

        string order = ReadSystem(pickles, reader, name);
        PickleMachine main = pickles.Load(reader, "object", 0, id => pickles.Storages.Find(string.Empty, id));
        PickleMachine keys = pickles.Load(reader, "keys of the storages", 0, null);
        pickles.CheckGlobals();
        Dictionary<string, PyTorchPlace> places = ReadStorages(pickles, reader, keys.Root, name);

        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal)
        {
            ["pytorch.container"] = MetadataValue.Of("legacy"),
            ["pytorch.byteorder"] = MetadataValue.Of(order),
            ["pytorch.version"] = MetadataValue.Of("int", (long)FormatVersion),
            ["pytorch.pickle_protocol"] = MetadataValue.Of("int", (long)main.Protocol),
        };
        foreach ((string key, MetadataValue value) in PyTorchGraph.Scalars(main.Root))
        {
            metadata.TryAdd(key, value);
        }

        PyTorchGraph graph = new(name, limits);
        graph.Add(main.Root, string.Empty);
        string[] warnings = graph.WithoutValues == 0
            ? []
            : [$"{file.Path} names {graph.WithoutValues} tensors without values, which are left out"];
        return new PyTorchContents("legacy", metadata, PyTorchTensors.Describe(graph, file, ByteOrder.Little, places), warnings);
    }

    // The byte order of the machine that wrote the file is told, but storages are little-endian whatever it was: on big-endian machines
    // PyTorch turns them as it writes (torch/csrc/serialization.cpp).
    private static string ReadSystem(PyTorchPickles pickles, ByteReader reader, string name)
    {
        long at = reader.Position;
        PickleMachine system = pickles.Load(reader, "system", 0, null);
        object? little = (system.Root as PickleDict)?.Entries.LastOrDefault(entry => entry.Key is "little_endian").Value;
        return little is bool isLittle
            ? isLittle ? "little" : "big"
            : throw new ModelFormatException(
                PyTorchErrorCodes.SysInfo, name, at, "the description of the system does not say whether it was little_endian");
    }

    private static Dictionary<string, PyTorchPlace> ReadStorages(PyTorchPickles pickles, ByteReader reader, object? keys, string name)
    {
        Dictionary<string, PyTorchPlace> places = new(StringComparer.Ordinal);
        if (keys is not PickleList { IsSet: false, Items: var items })
        {
            throw new ModelFormatException(PyTorchErrorCodes.StorageMissing, name, reader.Position, "the keys of the storages are no list");
        }

        foreach (object? item in items)
        {
            long at = reader.Position;
            if (item is not string key || !pickles.Storages.All.TryGetValue(key, out PyTorchStorage? storage))
            {
                throw new ModelFormatException(
                    PyTorchErrorCodes.StorageMissing, name, at,
                    $"the storage {ErrorText.Quote(item?.ToString() ?? "None")} is not described by the object");
            }

            long count = (long)reader.ReadUInt64($"the length of storage {ErrorText.Quote(key)}");
            if (count != storage.Count)
            {
                throw new ModelFormatException(
                    PyTorchErrorCodes.StorageSize, name, at,
                    $"the storage {ErrorText.Quote(key)} has {count} values, {storage.Count} are described");
            }

            if (!places.TryAdd(key, new PyTorchPlace(reader.Position)))
            {
                throw new ModelFormatException(
                    PyTorchErrorCodes.StorageConflict, name, at, $"the storage {ErrorText.Quote(key)} is there twice");
            }

            reader.Skip(storage.SizeBytes, $"the storage {ErrorText.Quote(key)}");
        }

        if (pickles.Storages.All.Keys.FirstOrDefault(key => !places.ContainsKey(key)) is { } missing)
        {
            throw new ModelFormatException(
                PyTorchErrorCodes.StorageMissing, name, reader.Position, $"the storage {ErrorText.Quote(missing)} is not in the file");
        }

        return reader.Remaining == 0
            ? places
            : throw new ModelFormatException(
                PyTorchErrorCodes.TrailingData, name, reader.Position, $"{reader.Remaining} bytes behind the last storage belong to none");
    }
}
