using System.Management.Automation;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Computes statistics of the values of tensors in one pass: extremes, mean, standard deviation of the population, norms, sparsity, NaN and
/// infinities, a histogram. With <c>-Score</c>, scores them instead by how much their weights count.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "HartTensor", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = PathSet)]
[OutputType(typeof(HartTensorStatistics), typeof(HartTensorScore))]
public sealed class MeasureHartTensorCommand : TensorValueCmdlet
{
    private readonly Dictionary<string, string> _resolved = [];

    /// <summary>Bins of the histogram, 2 to 65536, or 0 for none. Exactly as many with <see cref="HistogramRange"/>, else as many at most.</summary>
    [Parameter]
    [ValidateRange(0, StatisticsOptions.MaxBins)]
    public int Bin { get; set; } = StatisticsOptions.DefaultBins;

    /// <summary>
    /// The two ends of the interval that the histogram covers. Without it, bins begin at multiples of their width, which is a power of two.
    /// </summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public double[]? HistogramRange { get; set; }

    /// <summary>Magnitude up to which a value counts as zero.</summary>
    [Parameter]
    [ValidateRange(0f, float.MaxValue)]
    public float ZeroThreshold { get; set; }

    /// <summary>Scores the weights by this method instead.</summary>
    [Parameter]
    public HartScoreMethod Score { get; set; }

    /// <summary>A model file with the gradients of the loss, of the same names and shapes. For Gradient, Importance and Snip.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? GradientPath { get; set; }

    /// <summary>
    /// A model file with activations, of the names of the weights they are multiplied with: tokens in the last dimension but one, or of one
    /// dimension the root mean squares of the columns. For Activation and Wanda.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ActivationPath { get; set; }

    /// <summary>An importance matrix of llama-imatrix, GGUF or .dat, in the place of activations.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImatrixPath { get; set; }

    /// <summary>A model file with the weights before training, of the same names and shapes. For LotteryTicket.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InitialPath { get; set; }

    /// <summary>
    /// Whether scores of stored models are stored with how they were made, in the place of earlier ones of the same method, for
    /// <c>Remove-HartAtom</c>.
    /// </summary>
    [Parameter]
    public SwitchParameter Save { get; set; }

    private protected override bool IsUse => false;

    private bool IsScore => MyInvocation.BoundParameters.ContainsKey(nameof(Score));

    private protected override string Activity => IsScore ? "Scoring tensors" : "Measuring tensors";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        foreach (string path in new[] { GradientPath, ActivationPath, ImatrixPath, InitialPath }.OfType<string>())
        {
            _resolved[path] = FullPath(path);
        }

        try
        {
            _ = Options();
        }
        catch (ArgumentOutOfRangeException error)
        {
            string message = $"{HartErrorCodes.Histogram}: {error.Message}";
            ThrowTerminatingError(ErrorRecords.Make(new HartException(HartErrorCodes.Histogram, null, message, error), HistogramRange));
        }
    }

    /// <summary>Only -Save changes anything.</summary>
    private protected override bool Accept(string model) => !IsScore || !Save || ShouldProcess($"scores of {model}", "Compute and store");

    private protected override void Process(ModelTensors model, IReadOnlyList<TensorInfo> tensors, WorkContext context)
    {
        if (IsScore)
        {
            ScoreAll(model, tensors, context);
            return;
        }

        ForEach(model, tensors, context, (tensor, advance) => context.Output(Convert.Statistics(
            model, tensor, TensorMeasurer.Measure(model, tensor, Options(), Part, advance, context.Token))));
    }

    private void ScoreAll(ModelTensors model, IReadOnlyList<TensorInfo> tensors, WorkContext context)
    {
        using ScoreInputs inputs = ScoreParameters.Open(
            Score, Resolve(GradientPath), Resolve(ActivationPath), Resolve(ImatrixPath), Resolve(InitialPath), context);
        Dictionary<(string, string, long), StoredTensor> stored = model.Stored is { } of
            ? of.Store.ListTensors(of.Model.ModelId).ToDictionary(tensor => (tensor.Info.File, tensor.Info.Name, tensor.Info.Offset))
            : [];
        TensorScorer.PrepareModel(model, inputs, null, context.Token);

        // Without a choice by name, the tensors that the data speak of.
        ForEach(model, Name is null ? [.. tensors.Where(inputs.Has)] : tensors, context, (tensor, advance) =>
        {
            TensorScore score = TensorScorer.Score(model, tensor, inputs, advance, context.Token);
            bool isSaved = Save && stored.GetValueOrDefault((tensor.File, tensor.Name, tensor.Offset)) is { PrunedFrom: null };
            if (isSaved)
            {
                new ModelScorer(model.Stored!.Value.Store).Save(stored[(tensor.File, tensor.Name, tensor.Offset)], score, inputs);
            }

            context.Output(ScoreParameters.Convert(model, tensor, score, inputs, isSaved));
        });
        if (Save && stored.Count > 0)
        {
            context.Information($"Stored the scores of {model.DisplayName} by {Score}.");
        }
    }

    private string? Resolve(string? path) => path is null ? null : _resolved.GetValueOrDefault(path, path);

    private StatisticsOptions Options() => new()
    {
        Bins = Bin,
        Range = HistogramRange is [double low, double high] ? (low, high) : null,
        ZeroThreshold = ZeroThreshold,
    };
}
