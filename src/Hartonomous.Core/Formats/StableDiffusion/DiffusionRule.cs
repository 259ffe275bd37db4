using System.Collections.Immutable;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>One row of a table: a variant and what its tensors must show. All tests must hold.</summary>
internal sealed record DiffusionRule(
    string Name, string Architecture, DiffusionComponent Component, params ImmutableArray<DiffusionTest> Tests)
{
    /// <summary>Whether all tests hold.</summary>
    /// <param name="index">The tensors.</param>
    /// <param name="part">The part whose keys are looked up.</param>
    public bool Holds(DiffusionIndex index, DiffusionPart part)
    {
        foreach (DiffusionTest test in Tests)
        {
            if (!test.Holds(index, part))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One condition on the tensors of a part.</summary>
/// <param name="Keys">The names one tensor has in the different layouts (original, diffusers); the first that is there counts.</param>
/// <param name="IsThere">Whether the tensor has to be there, or must not.</param>
/// <param name="Axis">The dimension that is looked at; counted from the end where negative. Null where being there is all.</param>
/// <param name="Length">What that dimension has to be.</param>
internal sealed record DiffusionTest(ImmutableArray<string> Keys, bool IsThere, int? Axis = null, long Length = 0)
{
    /// <summary>One of the names is there.</summary>
    public static DiffusionTest Has(params ImmutableArray<string> keys) => new(keys, true);

    /// <summary>None of the names is there.</summary>
    public static DiffusionTest Lacks(params ImmutableArray<string> keys) => new(keys, false);

    /// <summary>The tensor is there and its dimension <paramref name="axis"/> is <paramref name="length"/>.</summary>
    public static DiffusionTest Is(ImmutableArray<string> keys, int axis, long length) => new(keys, true, axis, length);

    /// <summary>Whether the condition holds.</summary>
    public bool Holds(DiffusionIndex index, DiffusionPart part)
    {
        foreach (string key in Keys)
        {
            if (index.TryFind(part, key, out TensorShape shape))
            {
                return IsThere && Fits(shape);
            }
        }

        return !IsThere;
    }

    private bool Fits(TensorShape shape)
    {
        if (Axis is not { } axis)
        {
            return true;
        }

        int at = axis < 0 ? shape.Rank + axis : axis;
        return at >= 0 && at < shape.Rank && shape.Dimensions[at] == Length;
    }
}
