using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>
/// The header of a file that a stored model is converted to: the metadata of the model, as far as the kind of file can hold them, and what
/// says that it is a conversion, of what, and to what.
/// </summary>
/// <param name="Bytes">The header, up to where the first tensor begins.</param>
/// <param name="Alignment">Tensors begin at multiples of this.</param>
internal sealed record ConvertedHeader(byte[] Bytes, uint Alignment)
{
    /// <summary>Metadata key of the stored model's name.</summary>
    public const string FromKey = "hartonomous.converted_from";

    /// <summary>Metadata key of the encoding that the model was converted to.</summary>
    public const string ToKey = "hartonomous.converted_to";

    private static readonly string[] OwnKeys = [FromKey, ToKey];

    /// <summary>Puts the header together.</summary>
    /// <exception cref="StoreException">The model's metadata cannot be in such a file (<c>CONVERT_METADATA</c>), or what is stored is damaged.</exception>
    public static ConvertedHeader Make(
        IModelStore store,
        StoredModel model,
        TensorDtype dtype,
        ModelFormat format,
        IReadOnlyList<(TensorInfo Tensor, TensorDtype Dtype)> plan,
        CancellationToken cancellation)
    {
        (string Name, TensorDtype Dtype, TensorShape Shape)[] tensors = [.. plan.Select(entry => (entry.Tensor.Name, entry.Dtype, entry.Tensor.Shape))];
        return format == ModelFormat.Gguf ? Gguf(store, model, dtype, tensors, cancellation) : SafeTensors(model, dtype, tensors);
    }

    private static ConvertedHeader SafeTensors(
        StoredModel model, TensorDtype dtype, (string Name, TensorDtype Dtype, TensorShape Shape)[] tensors)
    {
        List<KeyValuePair<string, string>> metadata = [];
        using JsonDocument json = JsonDocument.Parse(model.MetadataJson);
        foreach (JsonProperty entry in json.RootElement.EnumerateObject().Where(entry => !OwnKeys.Contains(entry.Name)))
        {
            // What is not a single value, a vocabulary say, has no place in a map of texts.
            if (entry.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            {
                metadata.Add(KeyValuePair.Create(entry.Name, entry.Value.ToString()));
            }
        }

        metadata.Add(KeyValuePair.Create(FromKey, model.Name));
        metadata.Add(KeyValuePair.Create(ToKey, dtype.ToString()));
        try
        {
            return new ConvertedHeader(SafeTensorsWriter.WriteHeader(tensors, metadata), 1);
        }
        catch (ArgumentException error)
        {
            throw new StoreException(
                ConversionErrorCodes.Metadata,
                model.Name,
                "SafeTensors takes each name once, none of them '__metadata__', and a header of 100,000,000 bytes",
                error);
        }
    }

    private static ConvertedHeader Gguf(
        IModelStore store,
        StoredModel model,
        TensorDtype dtype,
        (string Name, TensorDtype Dtype, TensorShape Shape)[] tensors,
        CancellationToken cancellation)
    {
        GgufWriter writer = new();
        uint alignment = GgufConstants.DefaultAlignment;
        if (model.Format == ModelFormat.Gguf)
        {
            alignment = CopyMetadata(store, model, writer, cancellation);
        }
        else
        {
            writer.Add(GgufConstants.ArchitectureKey, model.Architecture ?? "unknown");
            writer.Add(GgufConstants.NameKey, model.Name);
        }

        writer.Add(GgufConstants.FileTypeKey, FileTypeOf(dtype));
        writer.Add(GgufConstants.QuantizationVersionKey, GgufConstants.QuantizationVersion);
        writer.Add(FromKey, model.Name);
        writer.Add(ToKey, dtype.ToString());
        return new ConvertedHeader(writer.WriteHeader(tensors, alignment), alignment);
    }

    /// <summary>Takes over the metadata of a stored GGUF model from the bytes of its first file.</summary>
    /// <returns>The alignment that the metadata name.</returns>
    private static uint CopyMetadata(IModelStore store, StoredModel model, GgufWriter writer, CancellationToken cancellation)
    {
        StoredFile file = store.ListFiles(model.ModelId)[0];
        HashSet<long> tensors = [.. store.ListTensors(model.ModelId).Where(tensor => tensor.Info.File == file.Path).Select(tensor => tensor.Info.Offset)];
        List<ByteSource> parts = [];
        try
        {
            foreach (RecipeSegment segment in store.GetRecipe(file.Sha256))
            {
                // Tensors are not looked at here.
                parts.Add(segment.Atom is not { } atom ? new MemoryByteSource(file.Path, segment.Literal)
                    : tensors.Contains(segment.FileOffset) ? new ZeroByteSource(file.Path, segment.Length)
                    : store.OpenAtom(atom));
            }

            GgufHeader header = GgufHeaderReader.Read(new ConcatenatedByteSource(file.Path, parts), ReadLimits.Default, cancellation);
            if (header.Order != ByteOrder.Little || header.Version == 1)
            {
                throw new StoreException(
                    ConversionErrorCodes.Metadata, model.Name, "the metadata of GGUF files of version 1, or of big-endian ones, are not taken over");
            }

            for (int i = 0; i < header.Metadata.Count; i++)
            {
                if (!IsReplaced(header.Metadata.GetAt(i).Key))
                {
                    byte[] entry = new byte[header.MetadataRanges[i].Length];
                    header.Source.ReadExactly(header.MetadataRanges[i].Start, entry);
                    writer.AddRaw(entry, 1);
                }
            }

            return header.Alignment;
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    private static bool IsReplaced(string key) =>
        key is GgufConstants.FileTypeKey or GgufConstants.QuantizationVersionKey or FromKey or ToKey ||
        key.StartsWith(GgufConstants.SplitPrefix, StringComparison.Ordinal);

    /// <summary>LLAMA_FTYPE_ALL_F32, _MOSTLY_F16, _MOSTLY_BF16, _MOSTLY_Q8_0, _MOSTLY_Q4_0.</summary>
    private static uint FileTypeOf(TensorDtype dtype) => dtype switch
    {
        TensorDtype.F16 => 1,
        TensorDtype.BF16 => 32,
        TensorDtype.Q8_0 => 7,
        TensorDtype.Q4_0 => 2,
        _ => 0,
    };
}
