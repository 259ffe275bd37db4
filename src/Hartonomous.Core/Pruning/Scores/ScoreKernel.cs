using System.Numerics;
using System.Runtime.InteropServices;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>
/// Scores of single weights, element by element in float32: which elements a vector register holds together changes nothing in the result.
/// </summary>
internal static class ScoreKernel
{
    /// <summary><c>|w|</c>.</summary>
    public static void Magnitude(ReadOnlySpan<float> weights, Span<float> scores)
    {
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Abs(Load(weights, i)).StoreUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)i);
        }

        for (; i < weights.Length; i++)
        {
            scores[i] = Math.Abs(weights[i]);
        }
    }

    /// <summary><c>|w g|</c>; <paramref name="scores"/> may be <paramref name="gradients"/>.</summary>
    public static void Gradient(ReadOnlySpan<float> weights, ReadOnlySpan<float> gradients, Span<float> scores)
    {
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Abs(Load(weights, i) * Load(gradients, i)).StoreUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)i);
        }

        for (; i < weights.Length; i++)
        {
            scores[i] = Math.Abs(weights[i] * gradients[i]);
        }
    }

    /// <summary><c>(w g)^2</c>; <paramref name="scores"/> may be <paramref name="gradients"/>.</summary>
    public static void Importance(ReadOnlySpan<float> weights, ReadOnlySpan<float> gradients, Span<float> scores)
    {
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> product = Load(weights, i) * Load(gradients, i);
            (product * product).StoreUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)i);
        }

        for (; i < weights.Length; i++)
        {
            float product = weights[i] * gradients[i];
            scores[i] = product * product;
        }
    }

    /// <summary><c>|w| - |w0|</c>; <paramref name="scores"/> may be <paramref name="initial"/>.</summary>
    public static void Increase(ReadOnlySpan<float> weights, ReadOnlySpan<float> initial, Span<float> scores)
    {
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Abs(Load(weights, i)) - Vector.Abs(Load(initial, i))).StoreUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)i);
        }

        for (; i < weights.Length; i++)
        {
            scores[i] = Math.Abs(weights[i]) - Math.Abs(initial[i]);
        }
    }

    /// <summary><c>|w| n</c>, of a run within one row and the norms of its columns.</summary>
    public static void Norm(ReadOnlySpan<float> weights, ReadOnlySpan<float> norms, Span<float> scores)
    {
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Abs(Load(weights, i)) * Load(norms, i)).StoreUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)i);
        }

        for (; i < weights.Length; i++)
        {
            scores[i] = Math.Abs(weights[i]) * norms[i];
        }
    }

    private static Vector<float> Load(ReadOnlySpan<float> values, int index) =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);
}
