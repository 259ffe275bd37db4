using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>
/// The files that hold some or all tensors of a model: GGUF for GGUF models, split as llama.cpp's <c>gguf-split</c> does, SafeTensors for all
/// others, sharded as the Hugging Face libraries do.
/// </summary>
internal sealed class PartLayout(ModelSource source, IReadOnlyList<TensorInfo> tensors, PartExportOptions options, CancellationToken cancellation)
{
    /// <summary>Most files: their numbers have five digits, and GGUF counts them in 16 bits.</summary>
    private const int MaxShards = 65_535;

    private const string IndexName = "model.safetensors.index.json";

    private static readonly JsonWriterOptions IndexOptions =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the files are GGUF.</summary>
    public bool IsGguf { get; } = source.Metadata.Format == ModelFormat.Gguf;

    private string Extension => IsGguf ? ".gguf" : ".safetensors";

    private string Stem { get; } = SafeName(source.Location.Name) + (options.Selects is null ? string.Empty : "-selection");

    /// <summary>The files with tensors.</summary>
    /// <exception cref="StoreException">The tensors cannot be written in this form (<c>EXPORT_UNSUPPORTED</c>).</exception>
    public List<PartFile> Files()
    {
        Check();
        List<List<TensorInfo>> shards = Divide();
        return [.. shards.Select((shard, number) => File(shard, number, shards.Count))];
    }

    /// <summary>The index of SafeTensors shards, name and content; null where there is nothing to list.</summary>
    public static (string Name, byte[] Content)? Index(IReadOnlyList<PartFile> files)
    {
        if (files.Count == 1 || files[0].Name.EndsWith(".gguf", StringComparison.Ordinal))
        {
            return null;
        }

        using MemoryStream content = new();
        using (Utf8JsonWriter json = new(content, IndexOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", files.Sum(file => file.Tensors.Sum(tensor => tensor.SizeBytes)));
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach ((TensorInfo tensor, string name) in files
                .SelectMany(file => file.Tensors.Select(tensor => (tensor, file.Name)))
                .OrderBy(entry => entry.tensor.Name, StringComparer.Ordinal))
            {
                json.WriteString(tensor.Name, name);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        content.Write("\n"u8);
        return (IndexName, content.ToArray());
    }

    private static string SafeName(string name)
    {
        string safe = string.Concat(name.Select(c => char.IsControl(c) || "\\/:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '_' : c));
        return safe is "." or ".." ? "model" : safe;
    }

    private static StoreException Unsupported(string subject, string problem) => new(StoreErrorCodes.ExportUnsupported, subject, problem);

    private void Check()
    {
        ModelFormat format = source.Metadata.Format;
        if (!IsGguf && format != ModelFormat.SafeTensors && options.Selects is null)
        {
            throw Unsupported(
                source.Location.Name, $"a {format} model cannot be sharded as it is; a selection of its tensors, all of them too, is written as SafeTensors");
        }

        if (IsGguf)
        {
            return;
        }

        if (tensors.FirstOrDefault(tensor => !SafeTensorsDtypes.Contains(tensor.Dtype)) is { } foreign)
        {
            throw Unsupported(ErrorText.Quote(foreign.Name), $"SafeTensors has no encoding {foreign.Dtype}");
        }

        if (tensors.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw Unsupported(ErrorText.Quote(twice.Key), "several tensors of the model have this name, a SafeTensors model has each name once");
        }
    }

    /// <summary>The tensors in the model's order, so many to a file as fit.</summary>
    private List<List<TensorInfo>> Divide()
    {
        List<List<TensorInfo>> shards = [[]];
        long size = 0;
        foreach (TensorInfo tensor in tensors)
        {
            // gguf-split counts the padding behind each tensor.
            long needed = IsGguf ? GgufTensorTableReader.Pad(tensor.SizeBytes, GgufConstants.DefaultAlignment) : tensor.SizeBytes;
            if (options.ShardBytes is { } limit && shards[^1].Count > 0 && needed > limit - size)
            {
                shards.Add([]);
                size = 0;
            }

            shards[^1].Add(tensor);
            size += needed;
        }

        return shards.Count <= MaxShards
            ? shards
            : throw Unsupported(source.Location.Name, $"{shards.Count} files are needed for shards of {options.ShardBytes} bytes, {MaxShards} are possible");
    }

    private PartFile File(List<TensorInfo> shard, int number, int count)
    {
        string name = count == 1 ? Stem + Extension : string.Create(CultureInfo.InvariantCulture, $"{Stem}-{number + 1:D5}-of-{count:D5}{Extension}");
        if (IsGguf)
        {
            GgufSplitPlace? place = count == 1 ? null : new GgufSplitPlace(number, count, tensors.Count);
            return new PartFile(name, GgufSelection.Write(name, source, shard, ReadLimits.Default, cancellation, place), shard);
        }

        // As the reference writer has them, so that each tensor is aligned to its values.
        List<TensorInfo> ordered =
            [.. shard.OrderByDescending(tensor => SafeTensorsDtypes.AlignmentRank(tensor.Dtype)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        byte[] header = WriteHeader(ordered);
        return new PartFile(
            name, new ConcatenatedByteSource(name, [new MemoryByteSource(name, header), .. ordered.Select(source.OpenTensor)]), ordered);
    }

    private byte[] WriteHeader(List<TensorInfo> ordered)
    {
        IEnumerable<KeyValuePair<string, string>> metadata = source.Metadata.Format == ModelFormat.SafeTensors
            ? source.Metadata.Metadata.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToString()))
            : [];
        try
        {
            return SafeTensorsWriter.WriteHeader(ordered.Select(tensor => (tensor.Name, tensor.Dtype, tensor.Shape)), metadata);
        }
        catch (ArgumentException error)
        {
            throw new StoreException(
                StoreErrorCodes.ExportUnsupported,
                source.Location.Name,
                $"the tensors fit no SafeTensors file: {error.Message.Split(" (Parameter")[0].TrimEnd('.')}",
                error);
        }
    }
}
