namespace Hartonomous;

/// <summary>How one model relates to another.</summary>
public enum HartModelVerdict
{
    /// <summary>Same format, and every tensor has the same name, shape, encoding and bytes.</summary>
    Copy = 0,

    /// <summary>The same weights, exactly, under other names, in another container or in a wider encoding.</summary>
    IdenticalWeights,

    /// <summary>One holds some of the other's tensors, unchanged, and nothing else.</summary>
    Subset,

    /// <summary>The same weights, rounded to another floating-point type of 16 bits or more.</summary>
    Conversion,

    /// <summary>The same weights, rounded to fewer than 16 bits a value.</summary>
    Quantization,

    /// <summary>Most weights are those of the other or close to them.</summary>
    FineTune,

    /// <summary>A part of the weights is shared: a merge, a graft, another head on the same trunk.</summary>
    Partial,

    /// <summary>Next to nothing is shared.</summary>
    Unrelated,
}
