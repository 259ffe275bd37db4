using System.Buffers;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>Scores tensors: one pass over the weights and the data they are scored with, in bounded memory, on all cores.</summary>
public static class TensorScorer
{
    /// <summary>Most rows, or blocks, that are listed one by one.</summary>
    public const int MaxParts = 1 << 20;

    /// <summary>Does what a method needs to know of the whole model first: for SNIP the sum it is divided by.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The method and its data.</param>
    /// <param name="advance">Told the bytes read.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void PrepareModel(ModelTensors model, ScoreInputs inputs, Action<long>? advance = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Method != ScoreMethod.Snip)
        {
            return;
        }

        CompensatedSum total = default;
        foreach (TensorInfo tensor in model.Tensors.Where(inputs.Has))
        {
            total.Add(Measure(model, tensor, inputs, [], advance, cancellation).Total.Sum);
        }

        inputs.SensitivityTotal = total.Value;
    }

    /// <summary>Scores a tensor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensor">One of its tensors.</param>
    /// <param name="inputs">The method and its data; for SNIP, after <see cref="PrepareModel"/>.</param>
    /// <param name="advance">Told the bytes read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelFormatException">A tensor cannot be decoded, or a file is not as its format says.</exception>
    /// <exception cref="StoreException">
    /// The data have nothing for the tensor (<c>SCORE_INPUT_TENSOR</c>) or do not fit it (<c>SCORE_INPUT_SHAPE</c>); what is stored is damaged.
    /// </exception>
    public static TensorScore Score(
        ModelTensors model, TensorInfo tensor, ScoreInputs inputs, Action<long>? advance = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Method == ScoreMethod.Snip && double.IsNaN(inputs.SensitivityTotal))
        {
            PrepareModel(model, inputs, null, cancellation);
        }

        bool hasRows = tensor.Shape.RowCount <= MaxParts;
        long[] blocks = BlockStarts(tensor);
        (PartSums total, List<PartSums> parts) = Measure(model, tensor, inputs, Cuts(tensor, hasRows, blocks), advance, cancellation);
        double divisor = inputs.Method == ScoreMethod.Snip && inputs.SensitivityTotal > 0 ? inputs.SensitivityTotal : 1;
        return new TensorScore
        {
            Method = inputs.Method,
            Count = tensor.Shape.ElementCount,
            InvalidCount = tensor.Shape.ElementCount - total.Finite,
            Sum = total.Sum.Value / divisor,
            Mean = total.Finite == 0 ? 0 : total.Sum.Value / divisor / total.Finite,
            Min = total.Finite == 0 ? null : total.Min / divisor,
            Max = total.Finite == 0 ? null : total.Max / divisor,
            Rows = hasRows ? Join(parts, RowStarts(tensor), tensor.Shape.ElementCount, divisor) : null,
            Blocks = Join(parts, blocks, tensor.Shape.ElementCount, divisor),
        };
    }

    private static long[] RowStarts(TensorInfo tensor)
    {
        long[] starts = new long[tensor.Shape.RowCount];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = i * tensor.Shape.RowLength;
        }

        return starts;
    }

    /// <summary>Where the blocks begin, in values.</summary>
    private static long[] BlockStarts(TensorInfo tensor)
    {
        if (tensor.SizeBytes == 0)
        {
            return [];
        }

        BlockLayout layout = tensor.Dtype.Layout();
        BlockCutter cutter = new(tensor, Granularity.Block, ImportOptions.DefaultBlockBytes);
        List<long> starts = [];
        for (long offset = 0; offset < tensor.SizeBytes; offset += cutter.LengthAt(offset))
        {
            starts.Add(offset / layout.Bytes * layout.Elements);
        }

        return [.. starts];
    }

    /// <summary>Every place where a row or a block begins, in order, each once.</summary>
    private static long[] Cuts(TensorInfo tensor, bool hasRows, long[] blocks) =>
        hasRows ? [.. RowStarts(tensor).Concat(blocks).Distinct().Order()] : blocks;

    /// <summary>Adds up the pieces between the starts of rows, or of blocks.</summary>
    private static PartScore[] Join(List<PartSums> parts, long[] starts, long end, double divisor)
    {
        PartScore[] joined = new PartScore[starts.Length];
        int part = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            long next = i + 1 < starts.Length ? starts[i + 1] : end;
            PartSums sums = PartSums.At(starts[i]);
            for (; part < parts.Count && parts[part].Start < next; part++)
            {
                sums.Add(parts[part]);
            }

            double sum = sums.Sum.Value / divisor;
            joined[i] = new PartScore(starts[i], next - starts[i], sum, sums.Finite == 0 ? 0 : sum / sums.Finite);
        }

        return joined;
    }

    /// <summary>The sums over all values, and over the pieces between cuts and the ends of chunks.</summary>
    private static (PartSums Total, List<PartSums> Parts) Measure(
        ModelTensors model, TensorInfo tensor, ScoreInputs inputs, long[] cuts, Action<long>? advance, CancellationToken cancellation)
    {
        using TensorScoring scoring = new(inputs, tensor, cancellation);
        using ByteSource content = model.Open(tensor);
        TensorValues values = TensorReading.Values(model, tensor, content, ComplexPart.Magnitude);
        PartSums total = PartSums.At(0);
        List<PartSums> parts = [];
        foreach (List<PartSums> chunk in ValueChunks.Select(values, content, 0, values.Count, ScoreChunk, advance ?? (_ => { }), cancellation))
        {
            foreach (PartSums part in chunk)
            {
                total.Add(part);
            }

            parts.AddRange(cuts.Length == 0 ? [] : chunk);
        }

        return (total, parts);

        List<PartSums> ScoreChunk(long start, ReadOnlySpan<float> weights)
        {
            float[] scores = ArrayPool<float>.Shared.Rent(Math.Max(1, weights.Length));
            try
            {
                scoring.Compute(start, weights, scores);
                return SumParts(start, scores.AsSpan(0, weights.Length), cuts);
            }
            finally
            {
                ArrayPool<float>.Shared.Return(scores);
            }
        }
    }

    private static List<PartSums> SumParts(long start, ReadOnlySpan<float> scores, long[] cuts)
    {
        int cut = Array.BinarySearch(cuts, start);
        cut = cut < 0 ? ~cut : cut + 1;
        List<PartSums> parts = [];
        for (int done = 0; done < scores.Length; cut++)
        {
            long end = cut < cuts.Length ? Math.Min(cuts[cut], start + scores.Length) : start + scores.Length;
            PartSums part = PartSums.At(start + done);
            while (start + done < end)
            {
                int count = (int)Math.Min(SummationKernel.MaxLength, end - start - done);
                part.Add(SummationKernel.Sum(scores.Slice(done, count), 0));
                done += count;
            }

            parts.Add(part);
        }

        return parts;
    }
}
