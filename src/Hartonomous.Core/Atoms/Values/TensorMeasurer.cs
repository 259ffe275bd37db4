using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>Computes the statistics of a tensor's values: one pass over its content, in bounded memory, on all cores.</summary>
public static class TensorMeasurer
{
    /// <summary>Measures a tensor. The figures are those of its values as float32.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensor">One of its tensors.</param>
    /// <param name="options">What is asked for; the defaults where null.</param>
    /// <param name="part">What complex numbers are measured by.</param>
    /// <param name="advance">Told the bytes read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelFormatException">The tensor cannot be decoded, or its file is not as its format says.</exception>
    /// <exception cref="StoreException">What is stored is damaged.</exception>
    public static ValueStatistics Measure(
        ModelTensors model,
        TensorInfo tensor,
        StatisticsOptions? options = null,
        ComplexPart part = ComplexPart.Magnitude,
        Action<long>? advance = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensor);
        StatisticsOptions asked = options ?? new StatisticsOptions();
        using ByteSource content = model.Open(tensor);
        TensorValues values = TensorReading.Values(model, tensor, content, part);
        ValueAccumulator all = new(asked);
        foreach (ValueAccumulator chunk in ValueChunks.Select(values, content, 0, values.Count, MeasureChunk, advance ?? (_ => { }), cancellation))
        {
            all.Merge(chunk);
        }

        return all.ToStatistics();

        ValueAccumulator MeasureChunk(long start, ReadOnlySpan<float> chunk)
        {
            ValueAccumulator accumulator = new(asked);
            accumulator.Add(chunk);
            return accumulator;
        }
    }
}
