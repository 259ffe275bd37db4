using System.CommandLine;
using Hartonomous.Core.Models;

namespace Hartonomous.Cli.Verbs;

/// <summary>The option <c>--layer-type</c>.</summary>
internal static class LayerOption
{
    /// <summary>The option.</summary>
    public static Option<LayerType[]> Create() => new("--layer-type")
    {
        Description = "Only tensors of this kind of layer: Attention, FeedForward, Embedding, ... May be given several times.",
        HelpName = "TYPE",
        CustomParser = result =>
        {
            List<LayerType> types = [];
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (!Enum.TryParse(text, ignoreCase: true, out LayerType type) || !Enum.IsDefined(type) || char.IsAsciiDigit(text[0]))
                {
                    result.AddError($"--layer-type takes one of {string.Join(", ", Enum.GetNames<LayerType>())}");
                    return [];
                }

                types.Add(type);
            }

            return [.. types];
        },
    };

    /// <summary>The kinds given; null where none is.</summary>
    public static IReadOnlyList<LayerType>? ValueOf(ParseResult arguments, Option<LayerType[]> option) =>
        arguments.GetValue(option) is { Length: > 0 } types ? types : null;
}
