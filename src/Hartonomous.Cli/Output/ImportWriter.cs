using System.Text.Json;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Output;

/// <summary>Writes what imports did.</summary>
internal static class ImportWriter
{
    /// <summary>Writes the property <c>imports</c> of an object.</summary>
    public static void WriteProperty(Utf8JsonWriter json, IReadOnlyList<(ModelFormat Format, ImportResult Result)> imported)
    {
        json.WriteStartArray("imports");
        foreach ((ModelFormat format, ImportResult result) in imported)
        {
            json.WriteStartObject();
            json.WriteString("model", result.Model);
            json.WriteNumber("modelId", result.ModelId);
            if (result.JobId is { } jobId)
            {
                json.WriteNumber("jobId", jobId);
            }
            else
            {
                json.WriteNull("jobId");
            }

            json.WriteString("status", result.Status.ToString());
            json.WriteString("format", HumanText.Format(format));
            json.WriteString("source", result.Source);
            json.WriteNumber("tensors", result.Tensors);
            json.WriteNumber("sizeBytes", result.SizeBytes);
            json.WriteNumber("newAtoms", result.NewAtoms);
            json.WriteNumber("newBytes", result.NewBytes);
            json.WriteNumber("reusedAtoms", result.ReusedAtoms);
            json.WriteNumber("reusedBytes", result.ReusedBytes);
            json.WriteNumber("inPlaceBytes", result.InPlaceBytes);
            json.WriteBoolean("resumed", result.Resumed);
            json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
            json.WriteStartArray("warnings");
            foreach (string warning in result.Warnings)
            {
                json.WriteStringValue(warning);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a table of the imports, and what the store holds after them.</summary>
    public static void WriteText(
        CliConsole console, IReadOnlyList<(ModelFormat Format, ImportResult Result)> imported, StoreStatistics statistics)
    {
        TextTable table = new("Model", "Format", ">Tensors", ">Size", ">New", ">Reused", "Status", ">Time");
        foreach ((ModelFormat format, ImportResult result) in imported)
        {
            table.Add(
                result.Model,
                HumanText.Format(format),
                HumanText.Count(result.Tensors),
                HumanText.Size(result.SizeBytes),
                HumanText.Size(result.NewBytes),
                HumanText.Size(result.ReusedBytes),
                StatusOf(result),
                HumanText.Duration(result.Seconds));
        }

        table.WriteTo(console);
        foreach ((_, ImportResult result) in imported.Where(import => import.Result.Status == ImportStatus.Unchanged))
        {
            console.Out.WriteLine($"{SafeText.Show(result.Model)} was stored already, unchanged: nothing new was stored.");
        }

        foreach ((_, ImportResult result) in imported.Where(import => import.Result.InPlaceBytes > 0))
        {
            console.Out.WriteLine(
                $"{SafeText.Show(result.Model)}: {HumanText.Size(result.InPlaceBytes)} stay in the imported files; 'hart absorb' copies them.");
        }

        console.Out.WriteLine(StatisticsWriter.Sentence(statistics));
    }

    private static string StatusOf(ImportResult result) => result switch
    {
        { Status: ImportStatus.Unchanged } => "unchanged",
        { Resumed: true } => "complete (resumed)",
        _ => "complete",
    };
}
