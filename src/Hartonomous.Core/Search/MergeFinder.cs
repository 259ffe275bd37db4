using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Search;

/// <summary>
/// Tells whether a model is a mixture of others. The fold of a sketch is linear: that of a weighted mean of tensors is the weighted mean of their
/// folds. So, tensor by tensor, the weights are found by least squares on the sketches times their norms, and what they leave is compared with
/// the distance to the nearest parent. A tensor that one parent has unchanged is a mixture of weight 1.
/// </summary>
internal static class MergeFinder
{
    /// <summary>What a mixture may leave, as a part of the distance to the nearest parent, or of the norm for rounding.</summary>
    private const double MostLeft = 0.2;

    /// <summary>What rounding of the result to 16 bits leaves of the norm.</summary>
    private const double Rounding = 0.005;

    /// <summary>How far weights may lie outside of 0 to 1, and their sum from 1.</summary>
    private const double Room = 0.1;

    /// <summary>Share of the values that has to be explained.</summary>
    private const double ExplainedShare = 0.9;

    /// <summary>The least mean weight of a parent.</summary>
    private const double LeastWeight = 0.02;

    /// <summary>A mixture of parents.</summary>
    /// <param name="Parents">Places of the parents in the list of candidates.</param>
    /// <param name="Weights">Their mean weights.</param>
    /// <param name="Explained">Share of the values that is explained.</param>
    internal sealed record Mixture(int[] Parents, double[] Weights, double Explained);

    /// <summary>The mixture that explains a model best; null where none does.</summary>
    /// <param name="own">The model's sketches.</param>
    /// <param name="candidates">For each candidate the sketches of its counterparts; null where it has none.</param>
    /// <param name="most">How many parents at most.</param>
    public static Mixture? Find(IReadOnlyList<Sketch> own, IReadOnlyList<IReadOnlyList<Sketch?>> candidates, int most = 3)
    {
        Mixture? best = null;
        for (int parents = 2; parents <= Math.Min(most, candidates.Count) && best is null; parents++)
        {
            foreach (int[] chosen in Choose(candidates.Count, parents))
            {
                Mixture mixture = Mix(own, candidates, chosen);
                if (mixture.Explained >= ExplainedShare && mixture.Weights.All(weight => weight >= LeastWeight) &&
                    mixture.Explained > (best?.Explained ?? 0))
                {
                    best = mixture;
                }
            }
        }

        return best;
    }

    private static IEnumerable<int[]> Choose(int count, int size, int from = 0)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }

        for (int first = from; first <= count - size; first++)
        {
            foreach (int[] rest in Choose(count, size - 1, first + 1))
            {
                yield return [first, .. rest];
            }
        }
    }

    private static Mixture Mix(IReadOnlyList<Sketch> own, IReadOnlyList<IReadOnlyList<Sketch?>> candidates, int[] chosen)
    {
        (double total, double explained) = (0, 0);
        double[] weights = new double[chosen.Length];
        for (int tensor = 0; tensor < own.Count; tensor++)
        {
            Sketch sketch = own[tensor];
            total += sketch.Count;
            Sketch[] parents = [.. chosen.Select(candidate => candidates[candidate][tensor]).OfType<Sketch>()];
            if (parents.Length < chosen.Length || sketch.IsZero || parents.Any(parent => parent.IsZero || parent.Count != sketch.Count))
            {
                continue;
            }

            if (Solve(sketch, parents) is { } solved)
            {
                explained += sketch.Count;
                for (int i = 0; i < weights.Length; i++)
                {
                    weights[i] += solved[i] * sketch.Count;
                }
            }
        }

        // Tensors that all parents have alike say nothing about weights, and are explained.
        return new Mixture(chosen, [.. weights.Select(weight => explained > 0 ? weight / explained : 0)], total > 0 ? explained / total : 0);
    }

    /// <summary>The weights of a tensor's mixture; null where it is none. Zeros where all parents are alike.</summary>
    private static double[]? Solve(Sketch own, Sketch[] parents)
    {
        // In units of the own norm.
        double[] lengths = [.. parents.Select(parent => parent.Norm / own.Norm)];
        double[] along = [.. parents.Select((parent, i) => lengths[i] * own.Cosine(parent))];
        double[] distances = [.. parents.Select((_, i) => Math.Sqrt(Math.Max(0, 1 + (lengths[i] * lengths[i]) - (2 * along[i]))))];
        double nearest = distances.Min();
        double left;
        double[] weights = new double[parents.Length];
        if (nearest <= Rounding)
        {
            int[] equal = [.. Enumerable.Range(0, parents.Length).Where(i => distances[i] <= Rounding)];
            if (equal.Length < parents.Length)
            {
                foreach (int i in equal)
                {
                    weights[i] = 1.0 / equal.Length;
                }
            }

            return weights;
        }

        double[,] system = new double[parents.Length, parents.Length + 1];
        for (int i = 0; i < parents.Length; i++)
        {
            for (int k = 0; k < parents.Length; k++)
            {
                system[i, k] = lengths[i] * lengths[k] * (i == k ? 1 : parents[i].Cosine(parents[k]));
            }

            system[i, parents.Length] = along[i];
        }

        if (!Eliminate(system, weights))
        {
            return null;
        }

        left = 1;
        for (int i = 0; i < parents.Length; i++)
        {
            left -= weights[i] * along[i];
        }

        bool isMean = weights.All(weight => weight >= -Room && weight <= 1 + Room) && Math.Abs(weights.Sum() - 1) <= Room;
        return isMean && Math.Sqrt(Math.Max(0, left)) <= Math.Max(MostLeft * nearest, Rounding) ? weights : null;
    }

    // Gauss's elimination with the largest pivot; false where the parents are too alike to be told apart.
    private static bool Eliminate(double[,] system, double[] weights)
    {
        const double Smallest = 1e-7;
        int n = weights.Length;
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(system[row, column]));
            if (Math.Abs(system[pivot, column]) < Smallest)
            {
                return false;
            }

            for (int k = 0; k <= n; k++)
            {
                (system[column, k], system[pivot, k]) = (system[pivot, k], system[column, k]);
            }

            for (int row = 0; row < n; row++)
            {
                double factor = row == column ? 0 : system[row, column] / system[column, column];
                for (int k = column; k <= n; k++)
                {
                    system[row, k] -= factor * system[column, k];
                }
            }
        }

        for (int i = 0; i < n; i++)
        {
            weights[i] = system[i, n] / system[i, i];
        }

        return true;
    }
}
