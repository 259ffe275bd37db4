using System.Text.Json;
using Hartonomous.Cli.Output;

namespace Hartonomous.Cli;

/// <summary>The errors of a verb that goes on after one; each is reported on standard error as it comes.</summary>
internal sealed class FailureList(Invocation invocation)
{
    private readonly List<(string Path, CliError Error)> _failures = [];

    /// <summary>Number of errors.</summary>
    public int Count => _failures.Count;

    /// <summary>The exit code: interrupted before an exceeded quota, that before invalid input, that before failed, that before done.</summary>
    public int ExitCode =>
        _failures.Exists(failure => failure.Error.ExitCode == ExitCodes.Interrupted) ? ExitCodes.Interrupted
        : _failures.Exists(failure => failure.Error.ExitCode == ExitCodes.QuotaExceeded) ? ExitCodes.QuotaExceeded
        : _failures.Exists(failure => failure.Error.ExitCode == ExitCodes.InvalidInput) ? ExitCodes.InvalidInput
        : _failures.Count > 0 ? ExitCodes.Failed
        : ExitCodes.Done;

    /// <summary>Adds and reports an exception.</summary>
    /// <param name="path">What was being worked on.</param>
    /// <param name="exception">What happened.</param>
    public void Add(string path, Exception exception)
    {
        Add(path, CliError.Of(exception));
        if (invocation.IsVerbose)
        {
            invocation.Console.Error.WriteLine(exception);
        }
    }

    /// <summary>Adds and reports an error.</summary>
    public void Add(string path, CliError error)
    {
        _failures.Add((path, error));
        invocation.Report(error.File is null && !error.Message.Contains(path, StringComparison.Ordinal)
            ? error with { Message = $"{path}: {error.Message}" }
            : error);
    }

    /// <summary>Writes the property <c>errors</c> of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("errors");
        foreach ((string path, CliError error) in _failures)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            ErrorWriter.WriteContent(json, error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
