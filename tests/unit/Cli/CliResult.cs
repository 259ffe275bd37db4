using System.Text.Json;

namespace Hartonomous.Tests.Cli;

/// <summary>What a command line gave.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as the one JSON document it has to be.</summary>
    public JsonElement Json
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(Out);
            return document.RootElement.Clone();
        }
    }

    /// <summary>The names of the document's properties, in order.</summary>
    public static string Properties(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(property => property.Name));
}
