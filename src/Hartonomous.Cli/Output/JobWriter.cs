using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Output;

/// <summary>Writes ingestion jobs.</summary>
internal static class JobWriter
{
    /// <summary>Writes the property <c>jobs</c> of an object.</summary>
    public static void WriteProperty(Utf8JsonWriter json, IReadOnlyList<IngestionJob> jobs)
    {
        json.WriteStartArray("jobs");
        foreach (IngestionJob job in jobs)
        {
            json.WriteStartObject();
            json.WriteNumber("jobId", job.JobId);
            json.WriteString("tenant", job.Tenant);
            json.WriteString("model", job.Model);
            json.WriteString("source", job.SourcePath);
            json.WriteString("status", job.Status.ToString());
            json.WriteBoolean("running", job.IsRunning);
            json.WriteBoolean("stopRequested", job.IsStopRequested);
            json.WriteString("granularity", job.Granularity.ToString());
            json.WriteNumber("tensors", job.Tensors);
            json.WriteNumber("tensorsDone", job.TensorsDone);
            json.WriteNumber("bytesTotal", job.BytesTotal);
            json.WriteNumber("bytesProcessed", job.BytesProcessed);
            json.WriteNumber("progress", Math.Round(job.Progress, 4));
            WriteNumber(json, "bytesPerSecond", job.BytesPerSecond is { } rate ? (long)rate : null);
            json.WriteNumber("newAtoms", job.NewAtoms);
            json.WriteNumber("newBytes", job.NewBytes);
            WriteNumber(json, "modelId", job.ModelId);
            json.WriteString("errorCode", job.ErrorCode);
            json.WriteString("errorMessage", job.ErrorMessage);
            json.WriteString("host", job.HostName);
            WriteNumber(json, "processId", job.ProcessId);
            json.WriteNumber("runs", job.Runs);
            json.WriteString("createdAt", Time(job.CreatedAtUtc));
            json.WriteString("startedAt", Time(job.StartedAtUtc));
            json.WriteString("updatedAt", Time(job.UpdatedAtUtc));
            json.WriteString("endedAt", Time(job.EndedAtUtc));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a table.</summary>
    public static void WriteText(CliConsole console, IReadOnlyList<IngestionJob> jobs)
    {
        bool showsTenants = jobs.DistinctBy(job => job.Tenant).Count() > 1;
        TextTable table = showsTenants
            ? new TextTable(">Id", "Tenant", "Model", "Status", ">Progress", ">Size", ">Rate", "Updated (UTC)", "Error")
            : new TextTable(">Id", "Model", "Status", ">Progress", ">Size", ">Rate", "Updated (UTC)", "Error");
        foreach (IngestionJob job in jobs)
        {
            string id = job.JobId.ToString(CultureInfo.InvariantCulture);
            string[] cells =
            [
                job.Model,
                StateOf(job),
                HumanText.Share(job.BytesProcessed, job.BytesTotal),
                HumanText.Size(job.BytesTotal),
                job.BytesPerSecond is { } rate ? $"{HumanText.Size((long)rate)}/s" : "-",
                job.UpdatedAtUtc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                job.ErrorCode ?? job.ErrorMessage ?? "-",
            ];
            table.Add(showsTenants ? [id, job.Tenant, .. cells] : [id, .. cells]);
        }

        table.WriteTo(console);
    }

    private static string StateOf(IngestionJob job) => job switch
    {
        { IsStopRequested: true, IsRunning: true } => "stopping",
        { Status: JobStatus.Processing, IsRunning: false } => "killed",
        _ => job.Status.ToString().ToLowerInvariant(),
    };

    private static string? Time(DateTime? time) => time?.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
