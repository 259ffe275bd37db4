using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Gathers the tensors of a model under names that no two of them share, within <see cref="ReadLimits.OnnxHeaderMemory"/>.
/// </summary>
/// <param name="reader">The reader of the model, for places in errors.</param>
/// <param name="path">Path of the model's file in the model.</param>
/// <param name="limits">What is accepted.</param>
/// <param name="locationsOnly">Whether only the files with external data are wanted, as when a model is located.</param>
internal sealed class OnnxTensorTable(ProtobufReader reader, string path, ReadLimits limits, bool locationsOnly)
{
    // A TensorInfo with its entries in the tables, and the tables growing; more than what is measured on 64-bit systems.
    private const int BytesPerTensor = 320;
    private const int BytesPerString = 64;

    private readonly Dictionary<string, (int Scope, int Count)> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _locations = new(StringComparer.Ordinal);
    private readonly string _folder = path[..(path.LastIndexOf('/') + 1)];
    private long _memory;

    /// <summary>The tensors in the order of the file.</summary>
    public List<TensorInfo> Tensors { get; } = [];

    /// <summary>The typed fields of those tensors that do not lie in one run, by name.</summary>
    public Dictionary<string, OnnxTypedData> Typed { get; } = new(StringComparer.Ordinal);

    /// <summary>The files with external data, as paths in the model, in the order in which they are first named.</summary>
    public List<string> Locations { get; } = [];

    /// <summary>Whether only the files with external data are wanted.</summary>
    public bool LocationsOnly => locationsOnly;

    /// <summary>Adds a tensor of a scope.</summary>
    public void Add(OnnxScope scope, string name, OnnxTensorEntry entry)
    {
        if (locationsOnly)
        {
            _ = entry.Location is null ? path : FileOf(entry.Location, entry.Offset);
            return;
        }

        string full = scope.Prefix.Length == 0 ? name : scope.Prefix + name;
        Charge(BytesPerTensor + (2L * full.Length) + (sizeof(long) * entry.Shape.Rank), entry.Offset);
        full = MakeUnique(full, scope, entry.Offset);
        (LayerType layerType, int? layerIndex) = LayerClassifier.Classify(full);
        Tensors.Add(new TensorInfo
        {
            Name = full,
            Shape = entry.Shape,
            Dtype = entry.Dtype,
            File = entry.Location is { } location ? FileOf(location, entry.Offset) : path,
            Offset = entry.Offset,
            SizeBytes = entry.SizeBytes,
            IsContiguous = entry.Typed is null,
            LayerType = layerType,
            LayerIndex = layerIndex,
        });
        if (entry.Typed is { } typed)
        {
            Charge(BytesPerTensor / 2, entry.Offset);
            Typed.Add(full, typed);
        }
    }

    /// <summary>Counts the memory of a text.</summary>
    public string Charge(string text)
    {
        Charge(BytesPerString + (2L * text.Length), reader.Position);
        return text;
    }

    private void Charge(long bytes, long offset)
    {
        _memory += bytes;
        if (_memory > limits.OnnxHeaderMemory)
        {
            throw reader.Error(
                OnnxErrorCodes.HeaderMemory,
                offset,
                $"names, tensors and metadata take more than {limits.OnnxHeaderMemory} bytes of memory; {Tensors.Count} tensors were read");
        }
    }

    // Within a graph a name is given once. That of a node need not be, so that tensors of two subgraphs can come to have one name.
    private string MakeUnique(string name, OnnxScope scope, long offset)
    {
        if (_names.TryAdd(name, (scope.Id, 1)))
        {
            return name;
        }

        (int taken, int count) = _names[name];
        if (taken == scope.Id)
        {
            throw reader.Error(OnnxErrorCodes.NameDuplicate, offset, $"the name {ErrorText.Quote(name)} is there twice in one graph");
        }

        string unique;
        do
        {
            count++;
            unique = $"{name}#{count}";
        }
        while (!_names.TryAdd(unique, (scope.Id, 1)));
        _names[name] = (scope.Id, count);
        Charge((BytesPerTensor / 2) + (2L * unique.Length), offset);
        return unique;
    }

    private string FileOf(string location, long offset)
    {
        if (_locations.TryGetValue(location, out string? file))
        {
            return file;
        }

        file = _folder + location;
        if (file == path)
        {
            throw reader.Error(OnnxErrorCodes.ExternalLocation, reader.Position, "external data are said to lie in the model's own file");
        }

        Charge((4L * file.Length) + (2 * BytesPerString), offset);
        _locations.Add(location, file);
        Locations.Add(file);
        return file;
    }
}
