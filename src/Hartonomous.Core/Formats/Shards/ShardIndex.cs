using System.Text.Json;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Shards;

/// <summary>
/// The index of a sharded model, <c>NAME.safetensors.index.json</c> or <c>NAME.bin.index.json</c>:
/// <c>{"metadata": {"total_size": BYTES}, "weight_map": {TENSOR: FILE, ...}}</c>, as the transformers library writes it.
/// </summary>
internal sealed class ShardIndex
{
    private ShardIndex(string path, Dictionary<string, string> weightMap, long? totalSize)
    {
        Path = path;
        WeightMap = weightMap;
        TotalSize = totalSize;
        Shards = [.. weightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Full path of the index file.</summary>
    public string Path { get; }

    /// <summary>For each tensor the shard that holds it, relative to the index file's folder.</summary>
    public IReadOnlyDictionary<string, string> WeightMap { get; }

    /// <summary>The shards in ordinal order, which is that of their numbers.</summary>
    public IReadOnlyList<string> Shards { get; }

    /// <summary>What the index says of the bytes of all tensors together, or null where it says nothing.</summary>
    public long? TotalSize { get; }

    /// <summary>Reads an index file. Its shards need not be there; their paths stay inside its folder.</summary>
    /// <exception cref="ModelFormatException">The file is no index, or names a path outside its folder (<c>PATH_ESCAPE</c>).</exception>
    public static ShardIndex Read(string path, ShardScheme scheme, ReadLimits limits)
    {
        ShardCodes codes = scheme.Codes;
        byte[] bytes;
        using (FileByteSource file = FileByteSource.Open(path))
        {
            if (file.Length > limits.IndexBytes)
            {
                throw new ModelFormatException(
                    codes.IndexTooLarge, path, 0, $"the index has {file.Length} bytes, {limits.IndexBytes} are accepted");
            }

            bytes = new byte[(int)file.Length];
            file.ReadExactly(0, bytes);
        }

        int invalid = StrictJsonReader.IndexOfInvalidUtf8(bytes);
        return invalid < 0
            ? Parse(new StrictJsonReader(bytes, path, 0, limits.JsonDepth, codes.Json), path, scheme, limits)
            : throw new ModelFormatException(
                codes.Json.Json, path, invalid, $"the byte 0x{bytes[invalid]:X2} is no UTF-8 here");
    }

    private static ShardIndex Parse(StrictJsonReader json, string path, ShardScheme scheme, ReadLimits limits)
    {
        if (json.Read() != JsonTokenType.StartObject)
        {
            throw json.Error(scheme.Codes.Json.Json, $"the index is {json.TokenType}, an object is expected");
        }

        HashSet<string> keys = new(StringComparer.Ordinal);
        Dictionary<string, string>? weightMap = null;
        long? totalSize = null;
        while (json.Read() != JsonTokenType.EndObject)
        {
            string key = json.GetString();
            json.AddKey(keys, key);
            json.Read();
            if (key == "weight_map")
            {
                weightMap = ParseWeightMap(ref json, path, scheme, limits);
            }
            else if (key == "metadata" && json.TokenType == JsonTokenType.StartObject)
            {
                totalSize = ParseTotalSize(ref json);
            }
            else
            {
                json.SkipValue();
            }
        }

        json.ReadEnd();
        return weightMap is { Count: > 0 }
            ? new ShardIndex(path, weightMap, totalSize)
            : throw new ModelFormatException(scheme.Codes.IndexWeightMap, path, null, "the index has no weight_map, or an empty one");
    }

    private static long? ParseTotalSize(ref StrictJsonReader json)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        long? totalSize = null;
        while (json.Read() != JsonTokenType.EndObject)
        {
            string key = json.GetString();
            json.AddKey(keys, key);
            json.Read();
            if (key == "total_size" && json.TryGetWholeNumber(out long size, out _))
            {
                totalSize = size;
            }

            json.SkipValue();
        }

        return totalSize;
    }

    private static Dictionary<string, string> ParseWeightMap(
        ref StrictJsonReader json, string path, ShardScheme scheme, ReadLimits limits)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw json.Error(scheme.Codes.IndexWeightMap, $"weight_map is {json.TokenType}, an object of file names is expected");
        }

        Dictionary<string, string> map = new(StringComparer.Ordinal);
        Dictionary<string, string> shards = new(StringComparer.Ordinal);
        while (json.Read() != JsonTokenType.EndObject)
        {
            string tensor = json.GetString();
            if (map.Count == limits.IndexTensors)
            {
                throw json.Error(scheme.Codes.IndexTooLarge, $"the index lists more than {limits.IndexTensors} tensors");
            }

            if (map.ContainsKey(tensor))
            {
                throw json.DuplicateKey(tensor);
            }

            if (json.Read() != JsonTokenType.String)
            {
                throw json.Error(
                    scheme.Codes.IndexWeightMap, $"the shard of {ErrorText.Quote(tensor)} is {json.TokenType}, a file name is expected");
            }

            // One string for each shard, not one for each tensor.
            string shard = json.GetString();
            if (!shards.TryGetValue(shard, out string? known))
            {
                CheckShard(json, shard, path, scheme);
                shards.Add(shard, known = shard);
            }

            map.Add(tensor, known);
        }

        return map;
    }

    private static void CheckShard(in StrictJsonReader json, string shard, string path, ShardScheme scheme)
    {
        if (!ContainedPath.IsPlain(shard))
        {
            throw json.Error(FormatErrorCodes.PathEscape, $"the shard {ErrorText.Quote(shard)} is no plain path inside the model's folder");
        }

        if (scheme.IsIndex(System.IO.Path.GetFileName(shard)))
        {
            throw json.Error(
                scheme.Codes.IndexWeightMap, $"the shard {ErrorText.Quote(shard)} of {System.IO.Path.GetFileName(path)} is an index itself");
        }
    }
}
