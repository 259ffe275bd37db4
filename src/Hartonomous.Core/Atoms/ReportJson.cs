using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>Reports of maintenance as JSON; the properties are documented in <c>docs/cli.md</c>.</summary>
public static class ReportJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Writes a report of a verification.</summary>
    public static void Write(Utf8JsonWriter json, VerifyReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", report.Ok);
        json.WriteBoolean("full", report.Full);
        json.WriteBoolean("complete", report.Complete);
        json.WriteBoolean("resumed", report.Resumed);
        json.WriteStartObject("checked");
        foreach ((string what, long count) in report.Checked)
        {
            json.WriteNumber(what, count);
        }

        json.WriteEndObject();
        json.WriteStartArray("findings");
        foreach (VerifyFinding finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("object", finding.Object);
            json.WriteString("detail", finding.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteSeconds(json, report.Seconds);
        json.WriteEndObject();
    }

    /// <summary>Writes a report of an optimization.</summary>
    public static void Write(Utf8JsonWriter json, OptimizeReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", report.DryRun);
        json.WriteBoolean("complete", report.Complete);
        json.WriteNumber("reclaimedAtoms", report.ReclaimedAtoms);
        json.WriteNumber("reclaimedBytes", report.ReclaimedBytes);
        json.WriteNumber("heldAtoms", report.HeldAtoms);
        json.WriteNumber("heldBytes", report.HeldBytes);
        json.WriteNumber("compactedPacks", report.CompactedPacks);
        json.WriteNumber("movedBytes", report.MovedBytes);
        json.WriteNumber("skippedPacks", report.SkippedPacks);
        json.WriteBoolean("rebuilt", report.Rebuilt);
        json.WriteNumber("bytesBefore", report.BytesBefore);
        json.WriteNumber("bytesAfter", report.BytesAfter);
        WriteSeconds(json, report.Seconds);
        json.WriteEndObject();
    }

    /// <summary>Writes a report of a repair.</summary>
    public static void Write(Utf8JsonWriter json, RepairReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", report.Ok);
        json.WriteBoolean("dryRun", report.DryRun);
        json.WriteString("database", report.Database.ToString());
        json.WriteNumber("frames", report.Frames);
        WriteStrings(json, "damagedPacks", report.DamagedPacks);
        json.WriteNumber("restoredPayloads", report.RestoredPayloads);
        json.WriteNumber("addedAtoms", report.AddedAtoms);
        json.WriteNumber("correctedCounts", report.CorrectedCounts);
        json.WriteStartArray("lostContents");
        foreach (LostContent lost in report.LostContents)
        {
            json.WriteStartObject();
            json.WriteString("sha256", lost.Hash.ToString());
            json.WriteNumber("sizeBytes", lost.SizeBytes);
            json.WriteString("reason", lost.Reason);
            WriteStrings(json, "models", lost.Models);
            WriteStrings(json, "tensors", lost.Tensors);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteStrings(json, "lostModels", report.LostModels);
        WriteSeconds(json, report.Seconds);
        json.WriteEndObject();
    }

    /// <summary>Writes a document to a file, whole or not at all.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="write">Writes the document.</param>
    public static void Save(string path, Action<Utf8JsonWriter> write)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            write(json);
        }

        string full = Path.GetFullPath(path);
        string partial = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.hart-partial");
        File.WriteAllText(partial, Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n");
        File.Move(partial, full, overwrite: true);
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteSeconds(Utf8JsonWriter json, double seconds) => json.WriteNumber("seconds", Math.Round(seconds, 3));
}
