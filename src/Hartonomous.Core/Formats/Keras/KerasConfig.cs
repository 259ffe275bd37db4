using System.Text;
using System.Text.Json;

namespace Hartonomous.Core.Formats.Keras;

/// <summary>What a model's configuration (<c>model_config</c>, <c>config.json</c>) says of it. Nothing in it is acted upon.</summary>
/// <param name="ClassName">Kind of model (<c>Functional</c>, <c>Sequential</c>).</param>
/// <param name="Name">The name the model was given.</param>
/// <param name="LambdaLayers">How many layers hold Python code.</param>
/// <param name="ForeignModule">A module outside Keras that loading the model would import, or null.</param>
internal sealed record KerasConfig(string? ClassName, string? Name, int LambdaLayers, string? ForeignModule)
{
    private const int MaxDepth = 256;

    private static readonly string[] OwnModules = ["keras", "tf_keras", "tensorflow", "builtins", "keras_hub", "keras_nlp", "keras_cv"];

    /// <summary>As <c>Functional/resnet50</c>, or what is known of it, or null.</summary>
    public string? Architecture => (ClassName, Name) switch
    {
        ({ Length: > 0 }, { Length: > 0 }) => $"{ClassName}/{Name}",
        _ => ClassName is { Length: > 0 } ? ClassName : Name is { Length: > 0 } ? Name : null,
    };

    /// <summary>Reads a configuration.</summary>
    /// <returns>What it says, or null where it is no valid JSON.</returns>
    public static KerasConfig? Read(string json)
    {
        string? className = null;
        string? name = null;
        string? foreign = null;
        int lambdas = 0;
        bool inConfig = false;
        string? property = null;
        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        property = reader.ValueTextEquals("class_name"u8) ? "class_name"
                            : reader.ValueTextEquals("name"u8) ? "name"
                            : reader.ValueTextEquals("module"u8) ? "module"
                            : null;
                        inConfig = reader.CurrentDepth == 1 ? reader.ValueTextEquals("config"u8) : inConfig;
                        break;
                    case JsonTokenType.String when property is not null:
                        string value = reader.GetString()!;
                        lambdas += property == "class_name" && value == "Lambda" ? 1 : 0;
                        bool isForeign = property == "module" && !OwnModules.Contains(value.Split('.')[0], StringComparer.Ordinal);
                        foreign ??= isForeign ? value : null;
                        className ??= property == "class_name" && reader.CurrentDepth == 1 ? value : null;
                        name ??= property == "name" && reader.CurrentDepth == 2 && inConfig ? value : null;
                        property = null;
                        break;
                    default:
                        property = null;
                        break;
                }
            }

            return new KerasConfig(className, name, lambdas, foreign);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // GetString: escaped halves of surrogate pairs are no text.
            return null;
        }
    }
}
