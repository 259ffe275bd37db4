namespace Hartonomous.Core.Search;

/// <summary>How a model relates to another. <see cref="LineageRules"/> has the thresholds.</summary>
public enum LineageVerdict
{
    /// <summary>
    /// The same weights: under the same or other names, in the same or another container, at most rounded to another floating-point type of 16 bits.
    /// </summary>
    Same,

    /// <summary>One is a quantization of the other.</summary>
    Quantization,

    /// <summary>One is a fine-tune of the other, or both are of a third.</summary>
    FineTune,

    /// <summary>The model is a merge of this one and others.</summary>
    Merge,

    /// <summary>They share a part of their weights.</summary>
    Part,

    /// <summary>Next to nothing is shared.</summary>
    Unrelated,
}
