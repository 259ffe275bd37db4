using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Formats.Hdf5;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Keras;

/// <summary>Gathers what a Keras file says of its model, and what is odd about it.</summary>
internal sealed class KerasMetadata
{
    private const string WeightsGroup = "model_weights";
    private const string LayersGroup = "layers";
    private const string LayersGroupOld = "_layer_checkpoint_dependencies";
    private const string ConfigKey = "model_config";
    private const string LayerNames = "layer_names";
    private const int LongestText = 64 * 1024;

    private readonly Dictionary<string, MetadataValue> _values = new(StringComparer.Ordinal);
    private readonly List<string> _warnings;
    private KerasConfig? _config;

    public KerasMetadata(IReadOnlyList<string> warnings) => _warnings = [.. warnings];

    /// <summary>Keys and values.</summary>
    public IReadOnlyDictionary<string, MetadataValue> Values => _values;

    /// <summary>What is odd but allowed.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The architecture the configuration names, or null.</summary>
    public string? Architecture => _config?.Architecture;

    /// <summary>Takes in the attributes of a file's root, then those of its group of weights.</summary>
    public void Add(Hdf5File file)
    {
        foreach (string group in (string[])[string.Empty, WeightsGroup])
        {
            // Attributes outside a header are kept by the hash of their names, so parts of a list may be in any order.
            foreach (Hdf5Attribute attribute in file.Attributes(group).OrderBy(attribute => PartOf(attribute.Name)))
            {
                Add(file, attribute);
            }
        }

        AddWarnings(file);
    }

    /// <summary>Takes in the two JSON files of an archive.</summary>
    public void Add(KerasArchive archive)
    {
        if (archive.Config is { } config)
        {
            AddConfig(config);
        }

        if (archive.Metadata is not { } metadata)
        {
            return;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(metadata, new JsonDocumentOptions { MaxDepth = 8 });
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                _values.TryAdd(property.Name, MetadataValue.Of(Cut(property.Value.ToString())));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            _warnings.Add("metadata.json of the archive is not valid.");
        }
    }

    /// <summary>What kind of file it is.</summary>
    public string VariantOf(Hdf5File file, bool isArchive) =>
        isArchive ? "Keras archive"
        : file.HasGroup(WeightsGroup) ? "Keras HDF5"
        : _values.ContainsKey(LayerNames) ? "Keras HDF5 weights"
        : file.HasGroup(LayersGroup) || file.HasGroup(LayersGroupOld) ||
            file.Datasets.Any(dataset => dataset.Path.Contains("vars/", StringComparison.Ordinal)) ? "Keras weights"
        : "HDF5";

    private void Add(Hdf5File file, Hdf5Attribute attribute)
    {
        if (attribute.Space.IsNull || file.Values.Read(attribute, MetadataValue.MaxItems) is not { } read)
        {
            return;
        }

        if (attribute.Name == ConfigKey && read is [string config])
        {
            AddConfig(config);
            return;
        }

        TensorDtype dtype = attribute.Type.Dtype;
        string type = dtype == TensorDtype.Unknown ? "STRING" : dtype.ToString();
        List<object> items = [.. read.Select(item => item is string text ? Cut(text) : item)];
        if (attribute.Space.Dimensions.Length == 0 && items.Count == 1)
        {
            _values.TryAdd(attribute.Name, MetadataValue.Of(type, items[0]));
        }
        else if (PartOf(attribute.Name) >= 0)
        {
            MetadataValue? before = _values.GetValueOrDefault(LayerNames);
            _values[LayerNames] = MetadataValue.Array(
                type, [.. before?.Items ?? [], .. items], (before?.Count ?? 0) + attribute.Space.Count);
        }
        else
        {
            _values.TryAdd(attribute.Name, MetadataValue.Array(type, items, attribute.Space.Count));
        }
    }

    // Lists that do not fit an object header are split into name0, name1 and so on (keras/src/legacy/saving/legacy_h5_format.py).
    private static int PartOf(string name) =>
        name == LayerNames ? 0
        : name.StartsWith(LayerNames, StringComparison.Ordinal) &&
            int.TryParse(name.AsSpan(LayerNames.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int part) ? part
        : -1;

    private void AddConfig(string json)
    {
        _values.TryAdd(ConfigKey, MetadataValue.Of(Cut(json)));
        _config = KerasConfig.Read(json);
        if (_config is null)
        {
            _warnings.Add("The model's configuration is not valid JSON.");
            return;
        }

        if (_config.LambdaLayers > 0)
        {
            _warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{_config.LambdaLayers} Lambda layers hold Python code, which Keras would run on loading. It is kept, never run."));
        }

        if (_config.ForeignModule is { } module)
        {
            _warnings.Add($"The configuration names the module {ErrorText.Quote(module)}, which Keras would import. It is not "
                + "imported here.");
        }
    }

    private void AddWarnings(Hdf5File file)
    {
        Warn(file.OtherDatasets, "datasets hold no numbers that tensors have (text, references, compounds) and are left out.");
        Warn(file.SoftLinks, "soft links only name a path and are not followed.");
        Warn(file.RepeatedGroups, "links lead to groups that are listed under another name already and are not followed again.");
        if (file.Datasets.Count == 0)
        {
            _warnings.Add("The file holds no dataset of numbers.");
        }
    }

    private void Warn(int count, string what)
    {
        if (count > 0)
        {
            _warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }

    private static string Cut(string text) => text.Length <= LongestText
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText), "…");
}
