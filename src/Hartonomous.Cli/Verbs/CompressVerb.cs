using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart compress</c>: tensors of a stored model to low-rank factors.</summary>
internal sealed class CompressVerb : Verb
{
    private static readonly string[] FactorTypes = ["F32", "F16", "BF16"];

    private readonly Option<string> _model = ModelOption.One();
    private readonly TensorFilter _filter = new();

    private readonly Option<int?> _rank = new("--rank")
    {
        Description = $"Rank of the factors; default {CompressionOptions.DefaultRank}. With a bound, the most it may be.",
        HelpName = "N",
    };

    private readonly Option<double?> _maxError = Share("--max-error", "Take the smallest rank whose relative Frobenius error is not above this: 0.05.");

    private readonly Option<double?> _minEnergy = Share("--min-energy", "Take the smallest rank that keeps this share of the sum of squares: 0.99.");

    private readonly Option<long> _minElements = new("--min-elements")
    {
        Description = "Leave tensors of fewer values alone.",
        HelpName = "N",
        DefaultValueFactory = _ => CompressionOptions.DefaultMinElements,
    };

    private readonly Option<string> _factorType = new("--factor-type")
    {
        Description = "How the factors are stored: F32, F16 or BF16.",
        HelpName = "TYPE",
        DefaultValueFactory = _ => FactorTypes[0],
    };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "Compress the difference to the tensors of the same names in this stored model.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _drop = new("--drop-original")
    {
        Description = "Keep only the factors of what is compressed. The model can then no longer be given back bit for bit.",
    };

    private readonly Option<bool> _trial = new("--what-if") { Description = "Compute everything, store nothing." };

    private readonly Option<bool> _yes = new("--yes", "-y")
    {
        Description = "Do not ask before originals are dropped. Needed where nobody sits at a terminal, and with --json.",
    };

    public CompressVerb()
        : base("compress", "Compress tensors of a stored model to low-rank factors; what misses its bound is left alone.")
    {
        _factorType.AcceptOnlyFromAmong(FactorTypes);
        _rank.Validators.Add(result => Require(result, "--rank", 1));
        _minElements.Validators.Add(result => Require(result, "--min-elements", 0));
        Options.Add(_model);
        Options.Add(_filter.Option);
        Options.Add(_rank);
        Options.Add(_maxError);
        Options.Add(_minEnergy);
        Options.Add(_minElements);
        Options.Add(_factorType);
        Options.Add(_against);
        Options.Add(_drop);
        Options.Add(_trial);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart compress --model tuned --against tiny-base --max-error 0.01",
        "hart compress --model tiny-base --tensor '*mlp*' --rank 128 --factor-type BF16 --what-if",
        "hart compress --model tuned --against tiny-base --max-error 0.01 --drop-original --yes --json",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        bool drops = arguments.GetValue(_drop);
        bool isTrial = arguments.GetValue(_trial);
        bool asks = drops && !isTrial && !arguments.GetValue(_yes);
        CliConsole console = invocation.Console;
        if (asks && (invocation.IsJson || !console.IsInTerminal || !console.IsErrorTerminal))
        {
            throw new UsageException("compress --drop-original needs --yes where it cannot ask: without a terminal, and with --json");
        }

        using IModelStore store = invocation.OpenStore();
        StoredModel model = Invocation.FindModel(store, arguments.GetRequiredValue(_model));
        StoredModel? against = arguments.GetValue(_against) is { } name ? Invocation.FindModel(store, name) : null;
        IReadOnlyList<StoredTensor> tensors = _filter.Apply(arguments, [.. store.ListTensors(model.ModelId)], tensor => tensor.Info.Name);
        if (tensors.Count == 0 && _filter.IsGiven(arguments))
        {
            throw new StoreException(StoreErrorCodes.TensorNotFound, model.Name, "no tensor has a name that fits --tensor");
        }

        if (asks && !Confirm(console, model))
        {
            invocation.Note("nothing was compressed");
            return ExitCodes.Failed;
        }

        CompressionRequest request = new(model, tensors, OptionsOf(arguments)) { Against = against, DropOriginals = drops, IsTrial = isTrial };
        IReadOnlyList<CompressionResult> results = invocation.WithProgress(
            progress => new ModelCompressor(store).Compress(request, null, progress, cancellation));
        if (invocation.IsJson)
        {
            CompressionWriter.WriteJson(invocation, model.Name, isTrial, results);
        }
        else
        {
            CompressionWriter.WriteText(invocation, results);
        }

        return ExitCodes.Done;
    }

    private CompressionOptions OptionsOf(ParseResult arguments) => new()
    {
        Rank = arguments.GetValue(_rank),
        MaxError = arguments.GetValue(_maxError),
        MinEnergy = arguments.GetValue(_minEnergy),
        MinElements = arguments.GetValue(_minElements),
        FactorType = Enum.Parse<TensorDtype>(arguments.GetValue(_factorType)!),
    };

    private static bool Confirm(CliConsole console, StoredModel model)
    {
        console.Error.WriteLine(SafeText.Show(
            $"{model.Name}: the originals of what is compressed leave the model; its files can no longer be given back bit for bit."));
        console.Error.Write("Compress it and drop them? [y/N] ");
        console.Error.Flush();
        return console.In.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static Option<double?> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1)
            {
                return share;
            }

            result.AddError($"{name} takes a number above 0 and below 1");
            return null;
        },
    };

    private static void Require(OptionResult result, string name, long least)
    {
        if (result.Tokens.Count > 0 &&
            (!long.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out long number) || number < least || number > int.MaxValue))
        {
            result.AddError($"{name} takes a whole number from {least} to {int.MaxValue}");
        }
    }
}
