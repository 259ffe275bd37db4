using Hartonomous.Core.Comparison;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Search;

/// <summary>
/// Decides how models relate, by the thresholds of <see cref="VerdictRules"/>. Pairs of tensors are identical, rounded, near or far, by their
/// sketches and norms; the verdict follows from the shares these have of the values of the larger model.
/// </summary>
/// <remarks>
/// Verdicts, the first that holds:
/// <list type="bullet">
/// <item>identical and rounded pairs have <see cref="SameShare"/> of the values: the same, or a quantization where some are rounded to fewer
/// than 16 bits a value;</item>
/// <item>they have that share of the values of the smaller model: a part of one is the other;</item>
/// <item>these and near pairs have at least <see cref="FineTuneShare"/>: a fine-tune;</item>
/// <item>they have at least <see cref="PartShare"/>, or identical and rounded ones that of the smaller model: a part is shared;</item>
/// <item>else the models are unrelated.</item>
/// </list>
/// Tensors of one number throughout do not count, as many models have the same ones. A merge is found by <see cref="MergeFinder"/>.
/// </remarks>
public static class LineageRules
{
    /// <summary>Cosine from which on two tensors count as near.</summary>
    public const double NearCosine = VerdictRules.NearCosine;

    /// <summary>Share of the values that has to be the same, but for rounding.</summary>
    public const double SameShare = VerdictRules.SameShare;

    /// <summary>Share of the values that has to be the same or near in a fine-tune.</summary>
    public const double FineTuneShare = VerdictRules.FineTuneShare;

    /// <summary>Share of the values from which on models share a part.</summary>
    public const double PartShare = VerdictRules.PartialShare;

    /// <summary>Bits a value below which an encoding is a quantization.</summary>
    public const double FewestPlainBits = 15.5;

    /// <summary>Relative error up to which sketches are those of equal values: what their single precision loses, with room.</summary>
    private const double EqualError = 1e-4;

    /// <summary>Bits a value of an encoding takes.</summary>
    public static double BitsOf(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Dtype.Layout().BitsPerElement;
    }

    /// <summary>What two tensors with their sketches say.</summary>
    internal static LayerEvidence Compare(TensorInfo own, Sketch ownSketch, TensorInfo other, Sketch otherSketch)
    {
        bool isConstant = ownSketch.IsConstant || ownSketch.IsZero;
        if (own.Sha256 == other.Sha256 && own.Dtype == other.Dtype)
        {
            return new LayerEvidence(own, other, Kinship.Identical, 1, 0, isConstant);
        }

        if (own.Shape.ElementCount != other.Shape.ElementCount || ownSketch.IsZero || otherSketch.IsZero)
        {
            bool isBothZero = own.Shape.ElementCount == other.Shape.ElementCount && ownSketch.IsZero && otherSketch.IsZero &&
                ownSketch.NonFinite == otherSketch.NonFinite;
            return new LayerEvidence(own, other, isBothZero ? Kinship.Identical : Kinship.Far, null, null, isConstant);
        }

        double cosine = ownSketch.Cosine(otherSketch);
        double ratio = otherSketch.Norm / ownSketch.Norm;
        double error = Math.Sqrt(Math.Max(0, 1 + (ratio * ratio) - (2 * ratio * cosine)));
        double bits = Math.Min(BitsOf(own), BitsOf(other));
        Kinship kinship = error <= EqualError && own.Dtype != other.Dtype ? Kinship.Identical
            : own.Dtype != other.Dtype && error <= VerdictRules.RoundingBound(bits) ? Kinship.Rounded

            // Constants of other numbers have a cosine of 1, and nothing to do with each other.
            : ownSketch.IsConstant || otherSketch.IsConstant ? error <= EqualError ? Kinship.Identical : Kinship.Far
            : cosine >= NearCosine ? Kinship.Near
            : Kinship.Far;
        return new LayerEvidence(own, other, kinship, cosine, error, isConstant);
    }

    /// <summary>The verdict of pairs.</summary>
    /// <param name="layers">The evidence.</param>
    /// <param name="otherValues">Values of the other model.</param>
    internal static (LineageVerdict Verdict, bool? IsDerived, IReadOnlyDictionary<Kinship, double> Shares) Decide(
        IReadOnlyList<LayerEvidence> layers, long otherValues)
    {
        Dictionary<Kinship, double> values = Enum.GetValues<Kinship>().ToDictionary(kinship => kinship, _ => 0.0);
        foreach (LayerEvidence layer in layers)
        {
            values[layer.Kinship] += layer.Tensor.Shape.ElementCount;
        }

        double own = values.Values.Sum();
        double total = Math.Max(own, otherValues);
        values[Kinship.Missing] += total - own;
        double same = values[Kinship.Identical] + values[Kinship.Rounded];
        double related = same + values[Kinship.Near];
        double constant = layers.Where(layer => layer.IsConstant && layer.Kinship is not (Kinship.Far or Kinship.Missing)).Sum(ValuesOf);
        double coarse = layers.Where(layer => layer.Kinship == Kinship.Rounded && BitsOfPair(layer) < FewestPlainBits).Sum(ValuesOf);

        // Without the constants on either side of the comparison, unless there is nothing else.
        bool isAllConstant = constant >= total;
        double all = isAllConstant ? total : total - constant;
        double smaller = Math.Max(0, Math.Min(own, otherValues) - constant);
        double alike = isAllConstant ? same : Math.Max(0, same - constant);
        double kin = isAllConstant ? related : Math.Max(0, related - constant);
        LineageVerdict verdict = total == 0 ? LineageVerdict.Unrelated
            : alike >= SameShare * all ? coarse > 0 ? LineageVerdict.Quantization : LineageVerdict.Same
            : alike > 0 && alike >= SameShare * smaller ? LineageVerdict.Part
            : kin >= FineTuneShare * all ? LineageVerdict.FineTune
            : kin >= PartShare * all || (alike > 0 && alike >= PartShare * smaller) ? LineageVerdict.Part
            : LineageVerdict.Unrelated;
        bool? isDerived = verdict == LineageVerdict.Quantization ? layers.Sum(SignOfBits) < 0 : null;
        return (verdict, isDerived, values.ToDictionary(entry => entry.Key, entry => total == 0 ? 0 : entry.Value / total));
    }

    private static double ValuesOf(LayerEvidence layer) => layer.Tensor.Shape.ElementCount;

    private static double BitsOfPair(LayerEvidence layer) => Math.Min(BitsOf(layer.Tensor), BitsOf(layer.Other!));

    // Below 0 where the model's own tensor is the coarser one.
    private static double SignOfBits(LayerEvidence layer) => layer.Kinship == Kinship.Rounded
        ? Math.Sign(BitsOf(layer.Tensor) - BitsOf(layer.Other!)) * (double)layer.Tensor.Shape.ElementCount
        : 0;
}
