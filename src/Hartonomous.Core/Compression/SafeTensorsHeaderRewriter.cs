using System.Buffers.Binary;
using System.Text.Json;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>Writes the header of a stored SafeTensors file anew; entries of <c>__metadata__</c> are kept.</summary>
internal sealed class SafeTensorsHeaderRewriter : IHeaderRewriter
{
    private readonly List<KeyValuePair<string, string>> _metadata = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public IReadOnlySet<string> TensorNames => _names;

    /// <summary>Reads a header that has been read by the format's reader before; null where it is none.</summary>
    public static SafeTensorsHeaderRewriter? Read(ReadOnlyMemory<byte> header)
    {
        if (header.Length <= sizeof(long) || BinaryPrimitives.ReadInt64LittleEndian(header.Span) > header.Length - sizeof(long))
        {
            return null;
        }

        SafeTensorsHeaderRewriter rewriter = new();
        using JsonDocument json = JsonDocument.Parse(header.Slice(sizeof(long), (int)BinaryPrimitives.ReadInt64LittleEndian(header.Span)));
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
        {
            if (property.Name == SafeTensorsHeaderReader.MetadataKey)
            {
                rewriter._metadata.AddRange(property.Value.EnumerateObject()
                    .Where(entry => entry.Name != ModelRebuilder.Mark)
                    .Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetString()!)));
            }
            else
            {
                rewriter._names.Add(property.Name);
            }
        }

        return rewriter;
    }

    public byte[] Write(IReadOnlyList<TensorInfo> tensors, IReadOnlyList<StoredFactors> rebuilt, out long[] offsets)
    {
        byte[] header = SafeTensorsWriter.WriteHeader(
            tensors.Select(tensor => (tensor.Name, tensor.Dtype, tensor.Shape)),
            [.. _metadata, KeyValuePair.Create(ModelRebuilder.Mark, RebuiltMark.Of(rebuilt).ToJsonString())]);
        offsets = new long[tensors.Count + 1];
        offsets[0] = header.Length;
        for (int i = 0; i < tensors.Count; i++)
        {
            offsets[i + 1] = offsets[i] + tensors[i].SizeBytes;
        }

        return header;
    }
}
