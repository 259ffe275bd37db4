using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart stats</c>: what the store holds and saves; with a model, the statistics of its values.</summary>
internal sealed class StatsVerb : Verb
{
    private readonly ModelChoice _model = new();
    private readonly TensorFilter _filter = new();
    private readonly Option<ComplexPart> _complex = ComplexOption.Create();

    private readonly Option<int> _bins = new("--bins")
    {
        Description = $"Bins of the histogram: 2 to {StatisticsOptions.MaxBins}, or 0 for none.",
        HelpName = "N",
        DefaultValueFactory = _ => StatisticsOptions.DefaultBins,
    };

    private readonly Option<(double Low, double High)?> _range = new("--histogram-range")
    {
        Description = "The interval of the histogram, which then has exactly as many bins. Default: that of the values.",
        HelpName = "LOW:HIGH",
        CustomParser = ParseInterval,
    };

    private readonly Option<float> _zero = new("--zero-threshold")
    {
        Description = "Magnitude up to which a value counts as zero.",
        HelpName = "X",
        DefaultValueFactory = _ => 0f,
    };

    public StatsVerb()
        : base("stats", "Show what the store holds and what deduplication saves; with a model, the statistics of its values.")
    {
        _bins.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 &&
                (!int.TryParse(result.Tokens[0].Value, out int bins) || bins is < 0 or 1 or > StatisticsOptions.MaxBins))
            {
                result.AddError($"--bins takes a whole number from 2 to {StatisticsOptions.MaxBins}, or 0");
            }
        });
        _zero.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!TryParse(result.Tokens[0].Value, out double zero) || zero is < 0 or > float.MaxValue))
            {
                result.AddError("--zero-threshold takes a number of at least 0");
            }
        });
        _zero.CustomParser = result => TryParse(result.Tokens[0].Value, out double zero) ? (float)zero : 0;
        Arguments.Add(_model.Source);
        Options.Add(_model.Model);
        Options.Add(_filter.Option);
        Options.Add(_bins);
        Options.Add(_range);
        Options.Add(_zero);
        Options.Add(_complex);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart stats",
        "hart stats --json | jq .bytesStored",
        "hart stats model.gguf --tensor output.weight",
        "hart stats --model tiny-q8 --tensor '*attn*' --bins 0 --json",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        if (_model.IsGiven(arguments))
        {
            return Measure(invocation, cancellation);
        }

        Option[] ofValues = [_filter.Option, _bins, _range, _zero, _complex];
        if (ofValues.FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } option)
        {
            throw new UsageException($"{option.Name} is about the values of a model, and none is named");
        }

        using IModelStore store = invocation.OpenStore();
        StoreStatistics statistics = store.GetStatistics();
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => StatisticsWriter.WriteJson(json, statistics));
        }
        else
        {
            StatisticsWriter.WriteText(invocation.Console, store.DisplayName, statistics);
        }

        return ExitCodes.Done;
    }

    private int Measure(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        StatisticsOptions options = new()
        {
            Bins = arguments.GetValue(_bins),
            Range = arguments.GetValue(_range),
            ZeroThreshold = arguments.GetValue(_zero),
        };
        ComplexPart part = arguments.GetValue(_complex);
        using OpenModel model = _model.Open(invocation, cancellation, isUse: false);
        IReadOnlyList<TensorInfo> tensors = _filter.Require(arguments, model.Content);
        List<(TensorInfo Tensor, ValueStatistics Values)> measured = [];
        invocation.WithProgress(progress =>
        {
            long done = 0;
            long total = tensors.Sum(tensor => tensor.SizeBytes);
            foreach (TensorInfo tensor in tensors)
            {
                measured.Add((tensor, TensorMeasurer.Measure(
                    model.Content,
                    tensor,
                    options,
                    part,
                    bytes => progress?.Report(new OperationProgress(tensor.Name, done += bytes, total)),
                    cancellation)));
            }

            return measured.Count;
        });
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ValueStatisticsWriter.WriteJson(json, model.Content.Name, measured));
        }
        else
        {
            ValueStatisticsWriter.WriteText(invocation.Console, measured);
        }

        return ExitCodes.Done;
    }

    private static (double Low, double High)? ParseInterval(ArgumentResult result)
    {
        string[] parts = result.Tokens[0].Value.Split(':');
        if (parts.Length == 2 && TryParse(parts[0], out double low) && TryParse(parts[1], out double high) && low < high &&
            double.IsFinite(high - low))
        {
            return (low, high);
        }

        result.AddError("--histogram-range takes a number, a colon and a greater number: -1:1");
        return null;
    }

    private static bool TryParse(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
