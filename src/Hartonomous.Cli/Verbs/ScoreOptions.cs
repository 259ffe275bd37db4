using System.CommandLine;
using System.CommandLine.Parsing;
using Hartonomous.Core.Pruning.Scores;

namespace Hartonomous.Cli.Verbs;

/// <summary>The options that say how weights are scored, and from what.</summary>
internal sealed class ScoreOptions
{
    private readonly Option<string?> _gradients = new("--gradients")
    {
        Description = "A model file with the gradients of the loss, of the same names and shapes. For gradient, importance and snip.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _activations = new("--activations")
    {
        Description = "A model file with activations, of the names of the weights they are multiplied with. For activation and wanda.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _imatrix = new("--imatrix")
    {
        Description = "An importance matrix of llama-imatrix, GGUF or .dat, in the place of activations.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _initial = new("--initial")
    {
        Description = "A model file with the weights before training, of the same names and shapes. For lottery-ticket.",
        HelpName = "PATH",
    };

    /// <summary>The method, magnitude where none is given.</summary>
    public Option<ScoreMethod?> Method { get; } = MethodOption(
        "How weights are scored: magnitude (the default), gradient, activation, importance, snip, lottery-ticket or wanda.");

    /// <summary>An option <c>--score</c>.</summary>
    public static Option<ScoreMethod?> MethodOption(string description) => new("--score")
    {
        Description = description,
        HelpName = "METHOD",
        CustomParser = Parse,
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(Method);
        verb.Options.Add(_gradients);
        verb.Options.Add(_activations);
        verb.Options.Add(_imatrix);
        verb.Options.Add(_initial);
    }

    /// <summary>Opens the data.</summary>
    public ScoreInputs Open(ParseResult arguments, CancellationToken cancellation)
    {
        ScoreInputOptions options = new()
        {
            Gradients = PathOf(arguments, _gradients),
            Activations = PathOf(arguments, _activations),
            Imatrix = PathOf(arguments, _imatrix),
            Initial = PathOf(arguments, _initial),
        };
        return ScoreInputs.Open(arguments.GetValue(Method) ?? ScoreMethod.Magnitude, options, cancellation);
    }

    private static string? PathOf(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } path ? Paths.Check(path) : null;

    private static ScoreMethod? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value.Replace("-", string.Empty, StringComparison.Ordinal);
        if (Enum.TryParse(text, ignoreCase: true, out ScoreMethod method) && Enum.IsDefined(method) && !char.IsAsciiDigit(text[0]))
        {
            return method;
        }

        result.AddError("--score takes magnitude, gradient, activation, importance, snip, lottery-ticket or wanda");
        return null;
    }
}
