using System.Text.Json;

namespace Hartonomous.Cli.Output;

/// <summary>Writes errors: a line on standard error, and the JSON document where one is wanted.</summary>
internal static class ErrorWriter
{
    /// <summary>Reports an exception that ends a verb.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(Invocation invocation, Exception exception)
    {
        CliError error = CliError.Of(exception);
        if (invocation.IsJson)
        {
            WriteDocument(invocation.Console, error);
        }

        WriteLine(invocation.Console.Error, error);
        if (invocation.IsVerbose)
        {
            invocation.Console.Error.WriteLine(exception);
        }

        return error.ExitCode;
    }

    /// <summary>Writes <c>hart: CODE: file, offset N: message. Hint.</c></summary>
    public static void WriteLine(TextWriter output, CliError error)
    {
        string offset = error.Offset is { } at ? $", offset {at}" : string.Empty;
        string place = error.File is null ? string.Empty : $"{error.File}{offset}: ";
        string hint = error.Hint is null ? string.Empty : $" {error.Hint}.";
        output.WriteLine(SafeText.Show($"hart: {error.Code}: {place}{error.Message}.{hint}"));
    }

    /// <summary>Writes <c>{"error": {...}}</c>.</summary>
    public static void WriteDocument(CliConsole console, CliError error) =>
        JsonDocumentWriter.Write(console.Out, console.IsOutTerminal, json =>
        {
            json.WriteStartObject();
            WriteProperty(json, error);
            json.WriteEndObject();
        });

    /// <summary>Writes the property <c>error</c> of an object.</summary>
    public static void WriteProperty(Utf8JsonWriter json, CliError error)
    {
        json.WriteStartObject("error");
        WriteContent(json, error);
        json.WriteEndObject();
    }

    /// <summary>Writes the properties of an error: code, message, and where they are known file and offset.</summary>
    public static void WriteContent(Utf8JsonWriter json, CliError error)
    {
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        if (error.File is not null)
        {
            json.WriteString("file", error.File);
        }

        if (error.Offset is { } offset)
        {
            json.WriteNumber("offset", offset);
        }
    }
}
