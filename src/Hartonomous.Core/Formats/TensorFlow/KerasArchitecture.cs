using System.Text.Json;
using System.Text.RegularExpressions;
using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// The architecture that Keras notes for a model it saves as a SavedModel: in <c>keras_metadata.pb</c> (SavedMetadata {nodes 1 {node_path
/// 3,
/// identifier 4, metadata 5}}), before Keras 2.5 in the object graph (SavedObjectGraph {nodes 1 {user_object 4 {identifier 1, metadata
/// 3}}}).
/// The metadata are JSON.
/// </summary>
internal static partial class KerasArchitecture
{
    private const string ModelIdentifier = "_tf_keras_";
    private const string RootPath = "root";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    /// <summary>The architecture in a <c>keras_metadata.pb</c>, or null.</summary>
    /// <exception cref="ModelFormatException">The file is no valid message.</exception>
    public static string? FromMetadata(ModelFile file, ReadLimits limits)
    {
        ProtobufReader reader = new(file.Bytes, null, limits.ProtobufDepth);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                continue;
            }

            string path = string.Empty;
            string identifier = string.Empty;
            ProtobufRange metadata = default;
            reader.Enter();
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 3:
                        path = reader.ReadTextStart(reader.GetRange(), limits.TensorFlowNameBytes);
                        break;
                    case 4:
                        identifier = reader.ReadTextStart(reader.GetRange(), limits.TensorFlowNameBytes);
                        break;
                    case 5:
                        metadata = reader.GetRange();
                        break;
                }
            }

            reader.Leave();
            if (path == RootPath)
            {
                return Read(reader, identifier, metadata, limits);
            }
        }

        return null;
    }

    /// <summary>The architecture in the object graph that the current field holds, or null. Its first node is the model.</summary>
    /// <exception cref="ModelFormatException">The graph is no valid message.</exception>
    public static string? FromObjectGraph(ProtobufReader reader, ReadLimits limits)
    {
        ProtobufRange user = default;
        reader.Enter();
        if (reader.Next() && reader.Field == 1)
        {
            reader.Enter();
            while (reader.Next())
            {
                if (reader.Field == 4)
                {
                    user = reader.GetRange();
                }
            }

            reader.Leave();
        }

        string? architecture = null;
        if (user.Length > 0)
        {
            string identifier = string.Empty;
            ProtobufRange metadata = default;
            reader.Enter(user);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 1:
                        identifier = reader.ReadTextStart(reader.GetRange(), limits.TensorFlowNameBytes);
                        break;
                    case 3:
                        metadata = reader.GetRange();
                        break;
                }
            }

            reader.Leave();
            architecture = Read(reader, identifier, metadata, limits);
        }

        reader.Leave();
        return architecture;
    }

    // A model of a class of its own is called by the class; the class of the others says nothing, so their name is taken unless Keras
    // made it up.
    private static string? Read(ProtobufReader reader, string identifier, ProtobufRange metadata, ReadLimits limits)
    {
        if (!identifier.StartsWith(ModelIdentifier, StringComparison.Ordinal) || metadata.Length == 0 ||
            metadata.Length > limits.ConfigBytes)
        {
            return null;
        }

        byte[] json = new byte[metadata.Length];
        reader.Source.ReadExactly(metadata.Offset, json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            JsonElement root = document.RootElement;
            string? type = Text(root, "class_name");
            string? name = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("config", out JsonElement config)
                ? Text(config, "name")
                : null;
            name ??= Text(root, "name");
            return type is "Functional" or "Model" or "Sequential" && name is not null && !MadeUp().IsMatch(name) ? name : type ?? name;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out JsonElement value) &&
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    [GeneratedRegex(@"^(model|functional|sequential)(_\d+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MadeUp();
}
