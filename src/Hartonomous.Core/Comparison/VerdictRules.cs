using System.Globalization;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// Decides how one model relates to another. Every pair of tensors is exact, rounded, near or far; the verdict follows from the shares these
/// have of the values of the larger model.
/// </summary>
/// <remarks>
/// A pair is <em>exact</em> where all values are equal; <em>rounded</em> where the encodings differ and the relative error is at most what
/// rounding to the coarser one explains (<see cref="RoundingBound"/>); <em>near</em> where the cosine is at least
/// <see cref="NearCosine"/>; else <em>far</em>. Verdicts, the first that holds:
/// <list type="bullet">
/// <item>all pairs exact and nothing added or removed: a copy, or, if a name, an encoding or the format differs, identical weights;</item>
/// <item>all pairs exact and something only added, or only removed: a subset;</item>
/// <item>exact and rounded pairs have <see cref="SameShare"/> of the values and some are rounded: a quantization, or a conversion where no
/// encoding has fewer than 16 bits a value;</item>
/// <item>exact, rounded and near pairs have at least <see cref="FineTuneShare"/>: a fine-tune;</item>
/// <item>they have at least <see cref="PartialShare"/>: a part is shared;</item>
/// <item>else the models are unrelated.</item>
/// </list>
/// </remarks>
public static class VerdictRules
{
    /// <summary>Cosine from which on two tensors count as near.</summary>
    public const double NearCosine = 0.8;

    /// <summary>Share of the values that has to be the same, but for rounding, in a quantization or conversion.</summary>
    public const double SameShare = 0.98;

    /// <summary>Share of the values that has to be the same or near in a fine-tune.</summary>
    public const double FineTuneShare = 0.5;

    /// <summary>Share of the values from which on models share a part.</summary>
    public const double PartialShare = 0.05;

    private enum Kinship
    {
        Exact,
        Rounded,
        Near,
        Far,
    }

    /// <summary>
    /// The relative Frobenius error that rounding to an encoding explains, with room for scales chosen badly: 1 % for 16 bits a value and more,
    /// 6 % for 8 bits, 12 % for 5, 25 % for 4, 45 % for 3, 80 % below.
    /// </summary>
    public static double RoundingBound(double bitsPerValue) => bitsPerValue switch
    {
        >= 15.5 => 0.01,
        >= 7.5 => 0.06,
        >= 5 => 0.12,
        >= 4 => 0.25,
        >= 3 => 0.45,
        _ => 0.8,
    };

    internal static (ModelVerdict Verdict, string Summary) Decide(ModelSource first, ModelSource second, IReadOnlyList<ComparedTensor> tensors)
    {
        Dictionary<Kinship, double> values = Enum.GetValues<Kinship>().ToDictionary(kinship => kinship, _ => 0.0);
        double onlyFirst = 0;
        double onlySecond = 0;
        foreach (ComparedTensor tensor in tensors)
        {
            onlyFirst += tensor.First is { } a ? a.Shape.ElementCount - tensor.ComparedValues : 0;
            onlySecond += tensor.Second is { } b ? b.Shape.ElementCount - tensor.ComparedValues : 0;
            if (tensor is { First: not null, Second: not null })
            {
                values[KinshipOf(tensor)] += tensor.ComparedValues;
            }
        }

        double matched = values.Values.Sum();
        double total = matched + Math.Max(onlyFirst, onlySecond);
        ModelVerdict verdict = Decide(first, second, tensors, values, total);
        return (verdict, Describe(verdict, tensors, values, total));
    }

    private static ModelVerdict Decide(
        ModelSource first, ModelSource second, IReadOnlyList<ComparedTensor> tensors, Dictionary<Kinship, double> values, double total)
    {
        List<ComparedTensor> pairs = [.. tensors.Where(tensor => tensor is { First: not null, Second: not null })];
        bool anyRemoved = tensors.Any(tensor => tensor.Second is null);
        bool anyAdded = tensors.Any(tensor => tensor.First is null);
        if (pairs.Count > 0 && pairs.All(pair => KinshipOf(pair) == Kinship.Exact && IsWhole(pair)))
        {
            if (!anyAdded && !anyRemoved)
            {
                return first.Metadata.Format == second.Metadata.Format && pairs.All(pair => pair.Status == TensorStatus.Identical)
                    ? ModelVerdict.Copy
                    : ModelVerdict.IdenticalWeights;
            }

            if (anyAdded != anyRemoved)
            {
                return ModelVerdict.Subset;
            }
        }

        double same = values[Kinship.Exact] + values[Kinship.Rounded];
        double related = same + values[Kinship.Near];
        return total == 0 ? ModelVerdict.Unrelated
            : same >= SameShare * total && values[Kinship.Rounded] > 0 ? IsCoarse(pairs) ? ModelVerdict.Quantization : ModelVerdict.Conversion
            : related >= FineTuneShare * total ? ModelVerdict.FineTune
            : related >= PartialShare * total ? ModelVerdict.Partial
            : ModelVerdict.Unrelated;
    }

    private static bool IsWhole(ComparedTensor pair) => pair.First!.Shape.ElementCount == pair.Second!.Shape.ElementCount;

    private static bool IsCoarse(IEnumerable<ComparedTensor> pairs) =>
        pairs.Any(pair => pair.First!.Dtype != pair.Second!.Dtype && BitsOf(pair) < 15.5 && KinshipOf(pair) == Kinship.Rounded);

    private static double BitsOf(ComparedTensor pair) =>
        Math.Min(pair.First!.Dtype.Layout().BitsPerElement, pair.Second!.Dtype.Layout().BitsPerElement);

    private static Kinship KinshipOf(ComparedTensor pair) => pair switch
    {
        { EqualShare: 1 } => Kinship.Exact,
        { First.Dtype: var a, Second.Dtype: var b, RelativeError: { } error } when a != b && error <= RoundingBound(BitsOf(pair)) => Kinship.Rounded,
        { RelativeError: 0, NonFinite: 0 } => Kinship.Near,
        { Cosine: >= NearCosine } => Kinship.Near,
        _ => Kinship.Far,
    };

    private static string Describe(
        ModelVerdict verdict, IReadOnlyList<ComparedTensor> tensors, Dictionary<Kinship, double> values, double total)
    {
        string verdictText = verdict switch
        {
            ModelVerdict.Copy => "The second model is a copy of the first: every tensor has the same name and bytes",
            ModelVerdict.IdenticalWeights =>
                "Both models have the same weights, under other names, in another container or another encoding that loses nothing",
            ModelVerdict.Subset => tensors.Any(tensor => tensor.Second is null)
                ? "The second model is a part of the first, unchanged"
                : "The first model is a part of the second, unchanged",
            ModelVerdict.Conversion => "Both models have the same weights, rounded to another floating-point type in one of them",
            ModelVerdict.Quantization => "One model is a quantization of the other",
            ModelVerdict.FineTune => "One model is a fine-tune of the other, or both are of a third",
            ModelVerdict.Partial => "The models share a part of their weights",
            _ => "The models are unrelated",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdictText}. Of the values of the larger model {Percent(values[Kinship.Exact])} are equal, {Percent(values[Kinship.Rounded])} equal but "
            + $"for rounding, {Percent(values[Kinship.Near])} in tensors that are near, {Percent(values[Kinship.Far])} in tensors that are not, "
            + $"{Percent(total - values.Values.Sum())} have no counterpart.");

        string Percent(double part) => total == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * part / total:0.##} %");
    }
}
