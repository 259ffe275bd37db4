using System.Text.Json.Nodes;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Rewriting;

/// <summary>Writes SafeTensors files anew: the order of the tensors and the entries of <c>__metadata__</c> stay.</summary>
internal static class SafeTensorsRewriter
{
    private const string WeightMapKey = "weight_map";
    private const string TotalKey = "total_size";

    /// <summary>The new bytes of a file with weights; a view of the source, which has to outlive it.</summary>
    public static ByteSource Write(ModelSource source, string path, ModelChanges changes)
    {
        SafeTensorsHeader header = SafeTensorsHeaderReader.Read(source.File(path).Bytes, path, ReadLimits.Default);
        List<TensorInfo> kept = [.. header.Tensors.Where(tensor => !changes.Omitted.Contains(tensor.Name)).OrderBy(tensor => tensor.Offset)];
        Dictionary<string, string> metadata = header.Metadata.ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.Ordinal);
        foreach ((string key, string value) in changes.Metadata)
        {
            metadata[key] = value;
        }

        foreach (TensorInfo tensor in kept.Where(tensor => !SafeTensorsDtypes.Contains(DtypeOf(tensor, changes))))
        {
            throw new StoreException(RewriteErrorCodes.Dtype, tensor.Name, $"SafeTensors has no encoding {DtypeOf(tensor, changes)}");
        }

        byte[] bytes = SafeTensorsWriter.WriteHeader(kept.Select(tensor => (tensor.Name, DtypeOf(tensor, changes), tensor.Shape)), metadata);
        return new ConcatenatedByteSource(path, [new MemoryByteSource(path, bytes), .. kept.Select(Content)]);

        ByteSource Content(TensorInfo tensor) => changes.Changed.TryGetValue(tensor.Name, out TensorChange? change)
            ? change.Content
            : source.File(path).Bytes.Slice(tensor.Offset, tensor.SizeBytes);
    }

    /// <summary>What the rewritten files say.</summary>
    public static ModelMetadata Describe(ModelSource source, IReadOnlyList<ModelFile> weights)
    {
        SafeTensorsHeader[] headers = [.. weights.Select(file => SafeTensorsHeaderReader.Read(file.Bytes, file.Path, ReadLimits.Default))];
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
        foreach ((string key, MetadataValue value) in headers.SelectMany(header => header.Metadata))
        {
            metadata.TryAdd(key, value);
        }

        return source.Metadata with { Metadata = metadata, Tensors = [.. headers.SelectMany(header => header.Tensors)], Warnings = [] };
    }

    /// <summary>The index of shards without the tensors that are left out; any other file as it is.</summary>
    public static ByteSource WriteCompanion(ModelFile file, ModelSource source, ModelChanges changes)
    {
        if (changes.Omitted.Count == 0 || !SafeTensorsShards.Scheme.IsIndex(Path.GetFileName(file.Path)))
        {
            return file.Bytes;
        }

        byte[] text = new byte[checked((int)file.SizeBytes)];
        file.Bytes.ReadExactly(0, text);
        JsonNode index = JsonNode.Parse(text)!;
        if (index[WeightMapKey] is JsonObject map)
        {
            foreach (string name in changes.Omitted)
            {
                map.Remove(name);
            }
        }

        if (index["metadata"] is JsonObject metadata && metadata.ContainsKey(TotalKey))
        {
            metadata[TotalKey] = source.Metadata.Tensors.Where(tensor => !changes.Omitted.Contains(tensor.Name)).Sum(tensor => tensor.SizeBytes);
        }

        return new MemoryByteSource(file.Path, System.Text.Encoding.UTF8.GetBytes(index.ToJsonString()));
    }

    private static TensorDtype DtypeOf(TensorInfo tensor, ModelChanges changes) =>
        changes.Changed.TryGetValue(tensor.Name, out TensorChange? change) ? change.Dtype : tensor.Dtype;
}
