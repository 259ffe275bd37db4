using System.Text.Json;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Output;

/// <summary>Writes what a store holds and saves.</summary>
internal static class StatisticsWriter
{
    /// <summary>What a store holds, in one sentence.</summary>
    public static string Sentence(StoreStatistics statistics) =>
        $"The store holds {HumanText.Plural(statistics.Models, "model")}: {HumanText.Size(statistics.BytesImported)} of files in " +
        $"{HumanText.Size(statistics.BytesStored)}; {HumanText.Size(Saved(statistics))} " +
        $"({HumanText.Share(Saved(statistics), statistics.BytesImported)}) saved.";

    /// <summary>Writes the JSON object.</summary>
    public static void WriteJson(Utf8JsonWriter json, StoreStatistics statistics)
    {
        json.WriteStartObject();
        json.WriteNumber("models", statistics.Models);
        json.WriteNumber("tensors", statistics.Tensors);
        json.WriteNumber("prunedTensors", statistics.PrunedTensors);
        json.WriteNumber("atoms", statistics.Atoms);
        json.WriteNumber("bytesImported", statistics.BytesImported);
        json.WriteNumber("bytesStored", statistics.BytesStored);
        json.WriteNumber("savedByFile", statistics.SavedByFile);
        json.WriteNumber("savedByTensor", statistics.SavedByTensor);
        json.WriteNumber("savedByBlock", statistics.SavedByBlock);
        json.WriteNumber("savedByFactors", statistics.SavedByFactors);
        json.WriteNumber("bytesBeside", statistics.BytesBeside);
        json.WriteNumber("bytesInPlace", statistics.BytesInPlace);
        json.WriteNumber("bytesReclaimable", statistics.BytesReclaimable);
        json.WriteNumber("bytesOnDisk", statistics.BytesOnDisk);
        json.WriteEndObject();
    }

    /// <summary>Writes the text for people.</summary>
    public static void WriteText(CliConsole console, string store, StoreStatistics statistics)
    {
        TextTable table = TextTable.OfProperties();
        table.Add("Store", store);
        table.Add("Models", HumanText.Count(statistics.Models));
        table.Add("Tensors", HumanText.Count(statistics.Tensors));
        table.Add("Atoms", HumanText.Count(statistics.Atoms));
        table.Add("Imported", HumanText.Size(statistics.BytesImported));
        table.Add("Stored", HumanText.Size(statistics.BytesStored));
        if (statistics.BytesInPlace > 0)
        {
            table.Add("In place", HumanText.Size(statistics.BytesInPlace));
        }

        table.Add("Saved", $"{HumanText.Size(Saved(statistics))} ({HumanText.Share(Saved(statistics), statistics.BytesImported)})");
        table.Add("  by equal files", HumanText.Size(statistics.SavedByFile));
        table.Add("  by equal tensors", HumanText.Size(statistics.SavedByTensor));
        table.Add("  by equal blocks", HumanText.Size(statistics.SavedByBlock));
        table.Add("  by low rank", HumanText.Size(statistics.SavedByFactors));
        table.Add("Reclaimable", HumanText.Size(statistics.BytesReclaimable));
        table.Add("On disk", HumanText.Size(statistics.BytesOnDisk));
        table.WriteTo(console);
    }

    private static long Saved(StoreStatistics statistics) =>
        statistics.SavedByFile + statistics.SavedByTensor + statistics.SavedByBlock + statistics.SavedByFactors;
}
