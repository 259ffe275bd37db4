using System.Text.Json;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Cli.Output;

/// <summary>What <c>inspect</c> found out about a model.</summary>
/// <param name="Location">Where it lies.</param>
/// <param name="Metadata">What its files say.</param>
/// <param name="Files">Its files: path relative to the model's folder, and length.</param>
/// <param name="Tensors">The tensors to show.</param>
internal sealed record Inspection(
    ModelLocation Location, ModelMetadata Metadata, IReadOnlyList<(string Path, long SizeBytes)> Files, IReadOnlyList<TensorInfo> Tensors)
{
    private const int MaxValueLength = 100;
    private const int MaxShownItems = 8;
    private const int MaxShownFiles = 20;

    private long SizeBytes => Files.Sum(file => file.SizeBytes);

    /// <summary>Writes the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Location.Name);
        json.WriteString("path", Location.DisplayPath);
        json.WriteString("format", HumanText.Format(Metadata.Format));
        json.WriteString("variant", Metadata.Variant);
        json.WriteString("architecture", Metadata.Architecture);
        json.WriteNumber("parameterCount", Metadata.ParameterCount);
        json.WriteNumber("sizeBytes", SizeBytes);
        json.WritePropertyName("metadata");
        MetadataJson.Write(json, Metadata.Metadata);
        json.WriteStartArray("files");
        foreach ((string path, long sizeBytes) in Files)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteNumber("sizeBytes", sizeBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tensors");
        foreach (TensorInfo tensor in Tensors)
        {
            json.WriteStartObject();
            TensorWriter.WriteContent(json, tensor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (string warning in Metadata.Warnings)
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the text for people.</summary>
    public void WriteText(CliConsole console)
    {
        console.Out.WriteLine(SafeText.Show(Location.DisplayPath));
        WriteHeader(console);
        if (Metadata.Metadata.Count > 0)
        {
            console.Out.WriteLine();
            console.Out.WriteLine("Metadata");
            TextTable metadata = TextTable.OfProperties();
            foreach ((string key, MetadataValue value) in Metadata.Metadata)
            {
                metadata.Add($"  {SafeText.Show(key, MaxValueLength)}", Describe(value));
            }

            metadata.WriteTo(console);
        }

        console.Out.WriteLine();
        TensorWriter.Table(Tensors).WriteTo(console);
    }

    private static string Describe(MetadataValue value)
    {
        if (value.Items is null)
        {
            return SafeText.Show(value.ToString(), MaxValueLength);
        }

        string items = string.Join(", ", value.Items.Take(MaxShownItems).Select(item => SafeText.Show($"{item}", MaxValueLength)));
        string rest = value.Count > MaxShownItems ? ", …" : string.Empty;
        return SafeText.Show($"{value}: {items}{rest}", MaxValueLength);
    }

    private void WriteHeader(CliConsole console)
    {
        TextTable header = TextTable.OfProperties();
        string format = HumanText.Format(Metadata.Format);
        header.Add("Format", Metadata.Variant is { } variant ? $"{format} ({variant})" : format);
        header.Add("Architecture", Metadata.Architecture is { } architecture ? SafeText.Show(architecture, MaxValueLength) : "-");
        header.Add("Parameters", HumanText.Count(Metadata.ParameterCount));
        header.Add("Tensors", HumanText.Count(Metadata.Tensors.Count));
        header.Add("Size", $"{HumanText.Size(SizeBytes)} in {HumanText.Plural(Files.Count, "file")}");
        if (Files.Count > 1)
        {
            foreach ((string path, long sizeBytes) in Files.Take(MaxShownFiles))
            {
                header.Add(string.Empty, $"{HumanText.Size(sizeBytes)}  {path}");
            }

            if (Files.Count > MaxShownFiles)
            {
                header.Add(string.Empty, $"and {HumanText.Count(Files.Count - MaxShownFiles)} more");
            }
        }

        header.WriteTo(console);
    }
}
