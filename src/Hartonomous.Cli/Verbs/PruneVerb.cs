using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart prune</c>: contents of weak or idle tensors out of the store.</summary>
internal sealed class PruneVerb : Verb
{
    private readonly Option<string[]> _models = new("--model")
    {
        Description = "Names of the stored models; several may follow. '*' stands for all.",
        HelpName = "NAME",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly TensorFilter _filter = new();
    private readonly Option<LayerType[]> _layers = LayerOption.Create();
    private readonly Option<ScoreMethod?> _score = ScoreOptions.MethodOption("The stored score that --below and --lowest are about.");

    private readonly Option<double?> _below = new("--below")
    {
        Description = "Only tensors whose mean score is below this.",
        HelpName = "X",
        CustomParser = result => ParseNumber(result, result.Tokens[0].Value, "--below takes a number"),
    };

    private readonly Option<double?> _lowest = new("--lowest")
    {
        Description = "Only this share of the scored tensors, those of the lowest scores: 5%, 0.05.",
        HelpName = "SHARE",
        CustomParser = result => result.Tokens[0].Value is [.. string percent, '%']
            ? ParseNumber(result, percent, "--lowest takes a share: 5% or 0.05") / 100
            : ParseNumber(result, result.Tokens[0].Value, "--lowest takes a share: 5% or 0.05"),
    };

    private readonly Option<TimeSpan?> _unused = new("--unused-for")
    {
        Description = "Only tensors whose content nobody has used for so long: 30d, 12h.",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    private readonly Option<bool> _once = new("--single-use") { Description = "Only contents that no other tensor of the model has." };
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "Only list what would go, and the bytes that come free." };

    private readonly Option<bool> _yes = new("--yes", "-y")
    {
        Description = "Do not ask. Needed where nobody sits at a terminal, and with --json.",
    };

    public PruneVerb()
        : base("prune", "Give up the contents of tensors by policy; zeros take their place. What others refer to stays.")
    {
        Options.Add(_models);
        Options.Add(_filter.Option);
        Options.Add(_layers);
        Options.Add(_score);
        Options.Add(_below);
        Options.Add(_lowest);
        Options.Add(_unused);
        Options.Add(_once);
        Options.Add(_dryRun);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart prune --model tiny-base --score magnitude --lowest 5% --dry-run",
        "hart prune --model '*' --unused-for 90d --layer-type OptimizerState --yes --json",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        bool isDryRun = arguments.GetValue(_dryRun);
        bool isSure = isDryRun || arguments.GetValue(_yes);
        CliConsole console = invocation.Console;
        if (!isSure && (invocation.IsJson || !console.IsInTerminal || !console.IsErrorTerminal))
        {
            throw new UsageException("prune needs --yes or --dry-run where it cannot ask: without a terminal, and with --json");
        }

        using IModelStore store = invocation.OpenStore();
        ModelPruner pruner = new(store);
        PrunePolicy policy = Policy(arguments);
        FailureList failures = new(invocation);
        List<PrunePlan> plans = Try(failures, Names(store, arguments), name => name, name => pruner.Plan(name, policy));
        if (!isDryRun)
        {
            if (!isSure && plans.Exists(plan => plan.Chosen.Count > 0) && !Confirm(console, plans))
            {
                invocation.Note("nothing was pruned");
                return ExitCodes.Failed;
            }

            List<PrunePlan> asked = plans;
            plans = invocation.WithProgress(progress => Try(
                failures, asked, plan => plan.Model.Name, plan => pruner.Prune(plan, progress, cancellation: cancellation)));
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => PruneWriter.WriteJson(json, plans, isDryRun, failures));
        }
        else
        {
            PruneWriter.WriteText(console, plans, isDryRun);
        }

        return failures.ExitCode;
    }

    private static List<PrunePlan> Try<T>(FailureList failures, IReadOnlyList<T> items, Func<T, string> nameOf, Func<T, PrunePlan> work)
    {
        List<PrunePlan> done = [];
        foreach (T item in items)
        {
            try
            {
                done.Add(work(item));
            }
            catch (Exception error) when (error is not UsageException)
            {
                failures.Add(nameOf(item), error);
                if (error is OperationCanceledException)
                {
                    break;
                }
            }
        }

        return done;
    }

    private static bool Confirm(CliConsole console, List<PrunePlan> plans)
    {
        foreach (PrunePlan plan in plans)
        {
            foreach (PruneCandidate candidate in plan.Chosen)
            {
                string sizes = $"{HumanText.Size(candidate.Tensor.Info.SizeBytes)}, {HumanText.Size(candidate.FreedBytes)} come free";
                console.Error.WriteLine(SafeText.Show($"{plan.Model.Name}: {candidate.Tensor.Info.Name}: {sizes}"));
            }
        }

        console.Error.Write($"Give the contents of {HumanText.Plural(plans.Sum(plan => plan.Chosen.Count), "tensor")} up? [y/N] ");
        console.Error.Flush();
        return console.In.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static double? ParseNumber(ArgumentResult result, string text, string problem)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            return number;
        }

        result.AddError(problem);
        return null;
    }

    private static TimeSpan? ParseTime(ArgumentResult result)
    {
        if (result.Tokens[0].Value is [.. string number, char unit and ('d' or 'h')] &&
            double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count < 1e5)
        {
            return unit == 'd' ? TimeSpan.FromDays(count) : TimeSpan.FromHours(count);
        }

        result.AddError("--unused-for takes a time as 30d or 12h");
        return null;
    }

    private List<string> Names(IModelStore store, ParseResult arguments)
    {
        List<string> names = [];
        foreach (string name in arguments.GetRequiredValue(_models))
        {
            // All are looked up before the first is pruned: a mistyped name prunes nothing.
            names.AddRange(name == "*" ? store.ListModels().Select(model => model.Name) : [Invocation.FindModel(store, name).Name]);
        }

        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private PrunePolicy Policy(ParseResult arguments)
    {
        bool isNamed = _filter.IsGiven(arguments);
        return new PrunePolicy
        {
            Names = isNamed ? name => _filter.Apply(arguments, [name], text => text).Count > 0 : null,
            NamesText = isNamed ? string.Join(' ', arguments.GetValue(_filter.Option)!) : null,
            LayerTypes = LayerOption.ValueOf(arguments, _layers),
            Score = arguments.GetValue(_score),
            Below = arguments.GetValue(_below),
            LowestShare = arguments.GetValue(_lowest),
            UnusedFor = arguments.GetValue(_unused),
            SingleUse = arguments.GetValue(_once),
        };
    }
}
