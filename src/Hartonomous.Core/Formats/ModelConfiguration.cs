using System.Text.Json;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats;

/// <summary>The name of the architecture in the configuration that lies beside Hugging Face weights.</summary>
internal static class ModelConfiguration
{
    // That of a transformers model, that of a diffusers pipeline.
    private static readonly string[] FileNames = ["config.json", "model_index.json"];

    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>
    /// The first of <c>architectures</c>, else <c>model_type</c>, else <c>_class_name</c> of the configuration in a folder; null where there
    /// is none. What is wrong with the file is a warning: the weights are whole without it.
    /// </summary>
    public static string? ReadArchitecture(string folder, ReadLimits limits, List<string> warnings)
    {
        foreach (string fileName in FileNames)
        {
            string path = Path.Combine(folder, fileName);
            if (File.Exists(path) && ContainedPath.IsInside(folder, path) && Read(path, limits, warnings) is { } architecture)
            {
                return architecture;
            }
        }

        return null;
    }

    private static string? Read(string path, ReadLimits limits, List<string> warnings)
    {
        string fileName = Path.GetFileName(path);
        try
        {
            using FileByteSource file = FileByteSource.Open(path);
            if (file.Length > limits.ConfigBytes)
            {
                warnings.Add($"{fileName} has {file.Length} bytes and was not read for the architecture; {limits.ConfigBytes} are accepted");
                return null;
            }

            byte[] bytes = new byte[(int)file.Length];
            file.ReadExactly(0, bytes);
            using JsonDocument document = JsonDocument.Parse(bytes, Options);
            return Find(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            warnings.Add($"{fileName} is no valid JSON; the architecture is not known from it");
        }
        catch (Exception error) when (error is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            warnings.Add($"{fileName} cannot be read; the architecture is not known from it");
        }

        return null;
    }

    private static string? Find(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (root.TryGetProperty("architectures", out JsonElement all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0 &&
            Text(all[0]) is { } first)
        {
            return first;
        }

        return root.TryGetProperty("model_type", out JsonElement type) && Text(type) is { } name ? name
            : root.TryGetProperty("_class_name", out JsonElement pipeline) ? Text(pipeline)
            : null;
    }

    private static string? Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : null;
}
