using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Commands;

/// <summary>
/// Computes statistics of the values of tensors in one pass: extremes, mean, standard deviation of the population, norms, sparsity, NaN and
/// infinities, a histogram.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "HartTensor", DefaultParameterSetName = PathSet)]
[OutputType(typeof(HartTensorStatistics))]
public sealed class MeasureHartTensorCommand : TensorValueCmdlet
{
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

    private protected override string Activity => "Measuring tensors";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
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

    private protected override void Process(ModelTensors model, IReadOnlyList<TensorInfo> tensors, WorkContext context) =>
        ForEach(model, tensors, context, (tensor, advance) => context.Output(Convert.Statistics(
            model, tensor, TensorMeasurer.Measure(model, tensor, Options(), Part, advance, context.Token))));

    private StatisticsOptions Options() => new()
    {
        Bins = Bin,
        Range = HistogramRange is [double low, double high] ? (low, high) : null,
        ZeroThreshold = ZeroThreshold,
    };
}
