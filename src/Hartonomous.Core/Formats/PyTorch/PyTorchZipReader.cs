using System.Globalization;
using System.Text;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Zip;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Reads the ZIP archives of <c>torch.save</c> and <c>torch.jit.save</c>: <c>NAME/data.pkl</c>, storages as <c>NAME/data/KEY</c>,
/// <c>NAME/version</c>, <c>NAME/byteorder</c>; TorchScript adds <c>code/</c>, which is not looked at, and <c>constants.pkl</c>.
/// </summary>
internal sealed class PyTorchZipReader
{
    /// <summary>Name of the main pickle in the archive's folder.</summary>
    public const string PickleName = "data.pkl";

    // The names by which the scripts' code refers to the archive's constants.
    private const string ConstantsName = "CONSTANTS";
    private const int SmallEntry = 64;
    private const long MinVersion = 1;
    private const long MaxVersion = 10;

    private readonly ModelFile _file;
    private readonly ReadLimits _limits;
    private readonly ZipDirectory _directory;
    private readonly string _root;
    private readonly bool _isScript;
    private readonly PyTorchPickles _pickles;

    private PyTorchZipReader(ModelFile file, ZipDirectory directory, ReadLimits limits, CancellationToken cancellation)
    {
        _file = file;
        _limits = limits;
        _directory = directory;
        string[] roots = [.. directory.Entries.Select(entry => RootOf(entry.Name)).OfType<string>()];
        _root = roots is [var only]
            ? only
            : throw Error(PyTorchErrorCodes.Root, 0, $"{roots.Length} folders of the archive hold {PickleName}, one is expected");
        _isScript = directory.Entries.Any(entry => entry.Name.StartsWith($"{_root}/code/", StringComparison.Ordinal)) ||
            Find("constants.pkl") is not null;
        _pickles = new PyTorchPickles(file.Bytes.Name, _isScript, limits, cancellation);
    }

    /// <summary>Whether names are those of such an archive.</summary>
    public static bool Matches(IReadOnlyList<string> names) => names.Any(name => RootOf(name) is not null);

    /// <summary>Reads an archive.</summary>
    public static PyTorchContents Read(ModelFile file, ReadLimits limits, CancellationToken cancellation) =>
        new PyTorchZipReader(file, ZipDirectory.Read(file.Bytes, limits, cancellation), limits, cancellation).Read();

    private static string? RootOf(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && name.AsSpan(slash + 1) is PickleName ? name[..slash] : null;
    }

    private PyTorchContents Read()
    {
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal) { ["pytorch.container"] = MetadataValue.Of("zip") };
        List<string> warnings = [];
        ByteOrder order = ReadByteOrder(metadata);
        ReadVersion(metadata, warnings);

        ZipEntry entry = Find(PickleName)!;
        PickleMachine main = Load(entry, "data/");
        ZipEntry? constantsEntry = Find("constants.pkl");
        PickleMachine? constants = constantsEntry is null ? null : Load(constantsEntry, "constants/");
        _pickles.CheckGlobals();
        metadata["pytorch.pickle_protocol"] = MetadataValue.Of("int", (long)main.Protocol);
        metadata["pytorch.torchscript"] = MetadataValue.Of("bool", _isScript);
        if (_isScript)
        {
            warnings.Add($"{_file.Path} is a TorchScript archive: its code is kept with the file and not looked at");
        }

        foreach ((string key, MetadataValue value) in PyTorchGraph.Scalars(main.Root))
        {
            metadata.TryAdd(key, value);
        }

        PyTorchGraph graph = new(_file.Bytes.Name, _limits);
        graph.Add(main.Root, string.Empty);
        if (constants?.Root is PickleTuple { Items: var items })
        {
            for (int i = 0; i < items.Length; i++)
            {
                graph.Add(items[i], string.Create(CultureInfo.InvariantCulture, $"{ConstantsName}.c{i}"));
            }
        }

        if (graph.WithoutValues > 0)
        {
            warnings.Add($"{_file.Path} names {graph.WithoutValues} tensors without values, which are left out");
        }

        List<PyTorchTensor> tensors = PyTorchTensors.Describe(graph, _file, order, FindStorages());
        return new PyTorchContents(_isScript ? "TorchScript" : "zip", metadata, tensors, warnings);
    }

    private ZipEntry? Find(string name) => _directory.Find($"{_root}/{name}");

    private PickleMachine Load(ZipEntry entry, string prefix)
    {
        string part = entry.Name[(_root.Length + 1)..];
        ByteReader reader;
        if (entry.IsStored)
        {
            _directory.CheckCrc(entry);
            reader = new ByteReader(_directory.Open(entry), PickleErrorCodes.Truncated);
        }
        else
        {
            byte[] bytes = _directory.ReadBytes(entry, _limits.PickleInflatedBytes);
            reader = new ByteReader(new MemoryByteSource(_file.Bytes.Name, bytes), PickleErrorCodes.Truncated);
        }

        PickleMachine machine = _pickles.Load(reader, part, entry.DataOffset, id => _pickles.Storages.Find(prefix, id));
        if (reader.Remaining > 0)
        {
            _pickles.CheckGlobals();
            throw Error(PickleErrorCodes.Trailing, entry.DataOffset, $"{reader.Remaining} bytes follow the pickle in {part}");
        }

        return machine;
    }

    private Dictionary<string, PyTorchPlace> FindStorages()
    {
        Dictionary<string, PyTorchPlace> places = new(StringComparer.Ordinal);
        foreach ((string key, PyTorchStorage storage) in _pickles.Storages.All)
        {
            ZipEntry entry = Find(key) ?? throw Error(
                PyTorchErrorCodes.StorageMissing, 0, $"the storage {ErrorText.Quote(key)} is not in the archive");
            if (entry.Size != storage.SizeBytes)
            {
                throw Error(
                    PyTorchErrorCodes.StorageSize,
                    entry.DataOffset,
                    $"the storage {ErrorText.Quote(key)} has {entry.Size} bytes, its {storage.Count} values need {storage.SizeBytes}");
            }

            places.Add(key, entry.IsStored ? new PyTorchPlace(entry.DataOffset) : new PyTorchPlace(entry.DataOffset, _directory, entry));
        }

        return places;
    }

    private ByteOrder ReadByteOrder(Dictionary<string, MetadataValue> metadata)
    {
        if (Find("byteorder") is not { } entry)
        {
            return ByteOrder.Little;
        }

        string text = Encoding.Latin1.GetString(_directory.ReadBytes(entry, SmallEntry));
        metadata["pytorch.byteorder"] = MetadataValue.Of(text);
        return text switch
        {
            "little" => ByteOrder.Little,
            "big" => ByteOrder.Big,
            _ => throw Error(PyTorchErrorCodes.ByteOrder, entry.DataOffset,
            $"the byte order is {ErrorText.Quote(text)}, little or big is expected"),
        };
    }

    private void ReadVersion(Dictionary<string, MetadataValue> metadata, List<string> warnings)
    {
        if ((Find("version") ?? Find(".data/version")) is not { } entry)
        {
            warnings.Add($"{_file.Path} does not say which version of the format it is of");
            return;
        }

        string text = Encoding.Latin1.GetString(_directory.ReadBytes(entry, SmallEntry)).TrimEnd('\n', '\r', ' ');
        metadata["pytorch.version"] = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long version) &&
            version is >= MinVersion and <= MaxVersion
            ? MetadataValue.Of("int", version)
            : throw Error(
                PyTorchErrorCodes.Version, entry.DataOffset,
                $"the version is {ErrorText.Quote(text)}, {MinVersion} to {MaxVersion} are known");
    }

    private ModelFormatException Error(string code, long offset, string problem) => new(code, _file.Bytes.Name, offset, problem);
}
