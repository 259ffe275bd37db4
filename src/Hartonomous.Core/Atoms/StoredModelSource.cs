using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// A stored model, opened as if it lay on disk: its files from their recipes, its tensors from their atoms, each with its SHA-256. The store
/// has to outlive it.
/// </summary>
public sealed class StoredModelSource : ModelSource
{
    private readonly IModelStore _store;

    private StoredModelSource(IModelStore store, ModelLocation location, ModelMetadata metadata, IReadOnlyList<ModelFile> files)
        : base(location, metadata, files) => _store = store;

    /// <summary>Opens a stored model.</summary>
    /// <exception cref="StoreException">No model of the name is stored (<c>MODEL_NOT_FOUND</c>).</exception>
    public static StoredModelSource Open(IModelStore store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        StoredModel model = store.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        IReadOnlyList<StoredFile> files = store.ListFiles(model.ModelId);
        List<TensorInfo> tensors = [.. store.ListTensors(model.ModelId).Select(tensor => tensor.Info)];
        HashSet<string> weights = [.. tensors.Select(tensor => tensor.File)];

        // The first file of a split GGUF model has its metadata, and maybe no tensor.
        bool allAreWeights = model.Format == ModelFormat.Gguf || weights.Count == 0;
        ModelLocation location = new()
        {
            Name = model.Name,
            Format = model.Format,
            Folder = string.Empty,
            WeightFiles = [.. files.Select(file => file.Path).Where(path => allAreWeights || weights.Contains(path))],
            OtherFiles = [.. files.Select(file => file.Path).Where(path => !allAreWeights && !weights.Contains(path))],
            IsFolder = model.IsFolder,
        };
        ModelMetadata metadata = new()
        {
            Format = model.Format,
            Variant = model.Variant,
            Architecture = model.Architecture,
            Metadata = ReadMetadata(model.MetadataJson),
            Tensors = tensors,
        };
        return new StoredModelSource(
            store, location, metadata, [.. files.Select(file => new ModelFile(file.Path, new RecipeByteSource(store, file)))]);
    }

    /// <inheritdoc/>
    public override ByteSource OpenTensor(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Sha256 is { } hash ? _store.OpenAtom(hash) : base.OpenTensor(tensor);
    }

    /// <summary>The scalars of stored metadata; the types of their formats are not stored, and arrays are cut, so those are left out.</summary>
    private static Dictionary<string, MetadataValue> ReadMetadata(string json)
    {
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            MetadataValue? value = property.Value.ValueKind switch
            {
                JsonValueKind.String => MetadataValue.Of(property.Value.GetString()!),
                JsonValueKind.Number when property.Value.TryGetInt64(out long whole) => MetadataValue.Of("INT64", whole),
                JsonValueKind.Number => MetadataValue.Of("FLOAT64", property.Value.GetDouble()),
                JsonValueKind.True or JsonValueKind.False => MetadataValue.Of("BOOL", property.Value.GetBoolean()),
                _ => null,
            };
            if (value is not null)
            {
                metadata[property.Name] = value;
            }
        }

        return metadata;
    }
}
