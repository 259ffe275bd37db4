using System.Text.Json;
using Hartonomous.Core.Models;

namespace Hartonomous.Cli.Output;

/// <summary>Writes tensors, those of files and those of stores alike.</summary>
internal static class TensorWriter
{
    /// <summary>Writes the properties of a tensor.</summary>
    public static void WriteContent(Utf8JsonWriter json, TensorInfo tensor)
    {
        json.WriteString("name", tensor.Name);
        json.WriteString("dtype", tensor.Dtype.ToString());
        json.WriteString("quantization", tensor.Quantization.ToString());
        WriteShape(json, tensor.Shape);
        json.WriteString("file", tensor.File);
        json.WriteNumber("offset", tensor.Offset);
        json.WriteNumber("sizeBytes", tensor.SizeBytes);
        json.WriteString("layerType", tensor.LayerType.ToString());
        if (tensor.LayerIndex is { } index)
        {
            json.WriteNumber("layerIndex", index);
        }
        else
        {
            json.WriteNull("layerIndex");
        }

        if (tensor.Component is { } component)
        {
            json.WriteString("component", component.ToString());
        }

        json.WriteString("sha256", tensor.Sha256?.ToString());
    }

    /// <summary>Writes the property <c>shape</c>.</summary>
    public static void WriteShape(Utf8JsonWriter json, TensorShape shape)
    {
        json.WriteStartArray("shape");
        foreach (long dimension in shape.Dimensions)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
    }

    /// <summary>A table of tensors; with their hashes where they are known.</summary>
    public static TextTable Table(IReadOnlyList<TensorInfo> tensors)
    {
        bool isHashed = tensors.Any(tensor => tensor.Sha256 is not null);
        TextTable table = isHashed
            ? new TextTable("Name", "Type", ">Shape", ">Size", "Layer", "SHA-256")
            : new TextTable("Name", "Type", ">Shape", ">Size", "Layer");
        foreach (TensorInfo tensor in tensors)
        {
            string[] cells =
            [
                tensor.Name,
                tensor.Dtype.ToString(),
                HumanText.Shape(tensor.Shape),
                HumanText.Size(tensor.SizeBytes),
                HumanText.Layer(tensor),
            ];
            table.Add(isHashed ? [.. cells, tensor.Sha256?.ToString() ?? "-"] : cells);
        }

        return table;
    }
}
