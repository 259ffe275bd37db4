using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Reads the tar archives of PyTorch 0.1.1: <c>storages</c> (for each a pickle (key, location, class), the number of values, the values;
/// then the parts of storages), <c>tensors</c> (for each a pickle (key, storage, class), then its size, strides and offset), and
/// <c>pickle</c>, whose persistent ids are the keys of both.
/// </summary>
internal sealed class PyTorchTarReader
{
    private readonly ModelFile _file;
    private readonly ReadLimits _limits;
    private readonly PyTorchPickles _pickles;
    private readonly Dictionary<string, (long Offset, long Length)> _members;
    private readonly Dictionary<string, PyTorchStorageView> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PyTorchPlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _objects = new(StringComparer.Ordinal);

    private PyTorchTarReader(ModelFile file, ReadLimits limits, CancellationToken cancellation)
    {
        _file = file;
        _limits = limits;
        _members = TarDirectory.Read(file.Bytes);
        _pickles = new PyTorchPickles(file.Bytes.Name, false, limits, cancellation);
    }

    /// <summary>Whether a file is such an archive.</summary>
    public static bool Matches(ByteSource file, ReadOnlySpan<byte> header)
    {
        if (!TarDirectory.Matches(header))
        {
            return false;
        }

        try
        {
            return TarDirectory.Read(file).ContainsKey("pickle");
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    /// <summary>Reads an archive.</summary>
    public static PyTorchContents Read(ModelFile file, ReadLimits limits, CancellationToken cancellation) =>
        new PyTorchTarReader(file, limits, cancellation).Read();

    private PyTorchContents Read()
    {
        ReadStorages();
        ReadTensors();
        PickleMachine main = _pickles.Load(Open("pickle", out long start), "pickle", start, FindObject);
        _pickles.CheckGlobals();
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal)
        {
            ["pytorch.container"] = MetadataValue.Of("tar"),
            ["pytorch.pickle_protocol"] = MetadataValue.Of("int", (long)main.Protocol),
        };
        foreach ((string key, MetadataValue value) in PyTorchGraph.Scalars(main.Root))
        {
            metadata.TryAdd(key, value);
        }

        PyTorchGraph graph = new(_file.Bytes.Name, _limits);
        graph.Add(main.Root, string.Empty);
        return new PyTorchContents("tar", metadata, PyTorchTensors.Describe(graph, _file, ByteOrder.Little, _places), []);
    }

    private void ReadStorages()
    {
        ByteReader reader = Open("storages", out long start);
        for (long left = ReadCount(reader, start); left > 0; left--)
        {
            if (_pickles.Load(reader, "storages", start, null).Root is not PickleTuple { Items: [var id, _, var type] })
            {
                _pickles.CheckGlobals();
                throw Error(start + reader.Position, "a storage is not described by (key, location, class)");
            }

            string key = KeyOf(id, start + reader.Position);
            long count = (long)reader.ReadUInt64("the length of a storage");
            PyTorchStorage storage = _pickles.Storages.Add(key, type, count);
            if (!_storages.TryAdd(key, new PyTorchStorageView(storage, 0, storage.SizeBytes)))
            {
                throw Error(start + reader.Position, $"the storage {ErrorText.Quote(key)} is there twice");
            }

            _places.Add(key, new PyTorchPlace(start + reader.Position));
            reader.Skip(storage.SizeBytes, $"the storage {ErrorText.Quote(key)}");
        }

        object? views = _pickles.Load(reader, "storages", start, null).Root;
        foreach (object? view in views is PickleList { Items: var items } ? items
            : throw Error(start + reader.Position, "the parts of storages are no list"))
        {
            AddPart(view, start + reader.Position);
        }
    }

    private void AddPart(object? view, long at)
    {
        if (view is not PickleTuple { Items: [var target, var root, long offset, long count] } ||
            !_storages.TryGetValue(KeyOf(root, at), out PyTorchStorageView? whole) ||
            offset < 0 || count < 0 || offset > whole.Storage.Count || count > whole.Storage.Count - offset)
        {
            throw Error(at, "a part of a storage is not within it");
        }

        int width = whole.Storage.Dtype.Layout().Bytes;
        _storages[KeyOf(target, at)] = new PyTorchStorageView(whole.Storage, offset * width, count * width);
    }

    private void ReadTensors()
    {
        ByteReader reader = Open("tensors", out long start);
        for (long left = ReadCount(reader, start); left > 0; left--)
        {
            if (_pickles.Load(reader, "tensors", start, null).Root is not PickleTuple { Items: [var id, var storage, _] } ||
                !_storages.TryGetValue(KeyOf(storage, start + reader.Position), out PyTorchStorageView? part))
            {
                _pickles.CheckGlobals();
                throw Error(start + reader.Position, "a tensor is not described by (key, storage, class)");
            }

            int rank = BinaryPrimitives.ReadInt32LittleEndian(reader.Take(8, "a tensor's number of dimensions"));
            if (rank < 0 || rank > _limits.Rank)
            {
                throw new ModelFormatException(
                    PyTorchErrorCodes.Rank, _file.Bytes.Name, start + reader.Position,
                    $"a tensor has {rank} dimensions, {_limits.Rank} are accepted");
            }

            object?[] size = ReadNumbers(reader, rank);
            object?[] stride = ReadNumbers(reader, rank);
            object?[] arguments = [part, (long)reader.ReadUInt64("a tensor's offset"), new PickleTuple(size), new PickleTuple(stride)];
            _objects[KeyOf(id, start + reader.Position)] =
                new PickleCall(new PickleGlobal("torch._utils", "_rebuild_tensor"), new PickleTuple(arguments));
        }
    }

    private static object?[] ReadNumbers(ByteReader reader, int count)
    {
        object?[] numbers = new object?[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (long)reader.ReadUInt64("a tensor's size");
        }

        return numbers;
    }

    private long ReadCount(ByteReader reader, long start) =>
        _pickles.Load(reader, "count", start, null).Root is long count and >= 0
            ? count
            : throw Error(start, "the number of members is no number");

    // Modules whose source was saved with them are a tuple, of which the first item is the module.
    private object? FindObject(object? id)
    {
        if (id is PickleTuple { Items: [var saved, ..] })
        {
            return saved;
        }

        string key = KeyOf(id, _members["pickle"].Offset);
        return _objects.TryGetValue(key, out object? tensor) ? tensor
            : _storages.TryGetValue(key, out PyTorchStorageView? storage) ? storage
            : throw new ModelFormatException(
                PyTorchErrorCodes.PersistentId, _file.Bytes.Name, _members["pickle"].Offset,
                $"{ErrorText.Quote(key)} is no tensor and no storage");
    }

    // Keys are addresses: whole numbers, which some versions wrote as text.
    private string KeyOf(object? id, long at) => id switch
    {
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        string text when text.Length <= 64 => text,
        _ => throw new ModelFormatException(PyTorchErrorCodes.PersistentId, _file.Bytes.Name, at, "a key is no whole number"),
    };

    private ByteReader Open(string member, out long start)
    {
        if (!_members.TryGetValue(member, out (long Offset, long Length) place))
        {
            throw Error(0, $"the archive has no member {ErrorText.Quote(member)}");
        }

        start = place.Offset;
        return new ByteReader(_file.Bytes.Slice(place.Offset, place.Length), PyTorchErrorCodes.DataTruncated);
    }

    private ModelFormatException Error(long at, string problem) => new(PyTorchErrorCodes.Tar, _file.Bytes.Name, at, problem);
}
