using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>The scores of a tensor's single weights, with the data they need open. Used by several threads at once.</summary>
internal sealed class TensorScoring : IDisposable
{
    private readonly ScoreMethod _method;
    private readonly long _columns;
    private readonly long _rowsOfMatrix;
    private readonly ByteSource? _operandContent;
    private readonly TensorValues? _operand;
    private readonly float[]? _norms;

    /// <summary>Opens what the tensor's scores need.</summary>
    /// <param name="inputs">The method and its data.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="cancellation">Ends the reading of activations.</param>
    public TensorScoring(ScoreInputs inputs, TensorInfo tensor, CancellationToken cancellation)
    {
        _method = inputs.Method;
        _columns = Math.Max(1, tensor.Shape.RowLength);
        if (_method.NeedsActivations())
        {
            _norms = inputs.ColumnNorms(tensor, cancellation);
            _rowsOfMatrix = Math.Max(1, tensor.Shape.RowCount / (_norms.Length / _columns));
        }
        else if (_method != ScoreMethod.Magnitude)
        {
            (ModelTensors model, TensorInfo operand) = inputs.Operand(tensor);
            _operandContent = model.Open(operand);
            _operand = TensorReading.Values(model, operand, _operandContent, ComplexPart.Magnitude);
        }
    }

    /// <summary>Scores of the weights from <paramref name="start"/> on. Those of <see cref="ScoreMethod.Snip"/> are not divided by their sum.</summary>
    public void Compute(long start, ReadOnlySpan<float> weights, Span<float> scores)
    {
        if (_norms is not null)
        {
            ComputeByColumn(start, weights, scores);
            return;
        }

        _operand?.Read(start, scores[..weights.Length]);
        switch (_method)
        {
            case ScoreMethod.Gradient or ScoreMethod.Snip:
                ScoreKernel.Gradient(weights, scores, scores);
                break;
            case ScoreMethod.Importance:
                ScoreKernel.Importance(weights, scores, scores);
                break;
            case ScoreMethod.LotteryTicket:
                ScoreKernel.Increase(weights, scores, scores);
                break;
            default:
                ScoreKernel.Magnitude(weights, scores);
                break;
        }
    }

    public void Dispose() => _operandContent?.Dispose();

    private void ComputeByColumn(long start, ReadOnlySpan<float> weights, Span<float> scores)
    {
        for (int done = 0; done < weights.Length;)
        {
            (long row, long column) = Math.DivRem(start + done, _columns);
            int count = (int)Math.Min(weights.Length - done, _columns - column);
            ReadOnlySpan<float> norms = _norms.AsSpan((int)((row / _rowsOfMatrix * _columns) + column), count);
            if (_method == ScoreMethod.Activation)
            {
                norms.CopyTo(scores[done..]);
            }
            else
            {
                ScoreKernel.Norm(weights.Slice(done, count), norms, scores[done..]);
            }

            done += count;
        }
    }
}
