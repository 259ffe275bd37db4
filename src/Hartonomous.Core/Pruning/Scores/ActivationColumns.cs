using System.Numerics;
using System.Runtime.InteropServices;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>Mean squares of the columns of activations, token by token in double precision, so that the sums do not depend on the machine.</summary>
internal static class ActivationColumns
{
    /// <summary>Values that are read at a time: whole tokens, as many as fit.</summary>
    private const int WindowValues = 1 << 18;

    /// <summary>How many columns activations of a shape have, all matrices together.</summary>
    public static long Count(TensorShape shape) =>
        shape.Rank < 2 ? shape.ElementCount : shape.ElementCount == 0 ? 0 : shape.ElementCount / shape.Dimensions[^2];

    /// <summary>The mean squares of each column, matrix after matrix.</summary>
    /// <exception cref="ModelFormatException">The tensor cannot be decoded, or holds values that are not finite (<c>DECODE_UNSUPPORTED</c>).</exception>
    public static double[] MeanSquares(ModelTensors model, TensorInfo tensor, CancellationToken cancellation)
    {
        using ByteSource content = model.Open(tensor);
        TensorValues values = TensorReading.Values(model, tensor, content, ComplexPart.Magnitude);
        int columns = checked((int)tensor.Shape.RowLength);
        double[] means = new double[Count(tensor.Shape)];
        if (tensor.Shape.Rank < 2)
        {
            float[] norms = new float[columns];
            values.Read(0, norms);
            return [.. norms.Select(norm => (double)norm * norm)];
        }

        long tokens = tensor.Shape.Dimensions[^2];
        int step = (int)Math.Clamp(WindowValues / columns, 1, Math.Max(1, tokens));
        float[] window = new float[checked(step * columns)];
        for (int matrix = 0; matrix < means.Length / columns; matrix++)
        {
            Span<double> sums = means.AsSpan(matrix * columns, columns);
            for (long token = 0; token < tokens; token += step)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = (int)Math.Min(step, tokens - token);
                Span<float> read = window.AsSpan(0, count * columns);
                values.Read(((matrix * tokens) + token) * columns, read);
                for (int i = 0; i < count; i++)
                {
                    AddSquares(read.Slice(i * columns, columns), sums);
                }
            }

            for (int i = 0; i < columns; i++)
            {
                sums[i] = double.IsFinite(sums[i])
                    ? sums[i] / tokens
                    : throw new ModelFormatException(
                        DecodeErrorCodes.Unsupported, model.DisplayName, null, $"{ErrorText.Quote(tensor.Name)} holds NaN or infinity in column {i}");
            }
        }

        return means;
    }

    private static void AddSquares(ReadOnlySpan<float> token, Span<double> sums)
    {
        int i = 0;
        ref float first = ref MemoryMarshal.GetReference(token);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        for (; i <= token.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref first, (nuint)i), out Vector<double> low, out Vector<double> high);
            nuint at = (nuint)i;
            nuint next = at + (nuint)Vector<double>.Count;
            (Vector.LoadUnsafe(ref sum, at) + (low * low)).StoreUnsafe(ref sum, at);
            (Vector.LoadUnsafe(ref sum, next) + (high * high)).StoreUnsafe(ref sum, next);
        }

        for (; i < token.Length; i++)
        {
            sums[i] += (double)token[i] * token[i];
        }
    }
}
