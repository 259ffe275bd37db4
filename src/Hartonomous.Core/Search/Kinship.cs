namespace Hartonomous.Core.Search;

/// <summary>How a tensor of one model relates to its counterpart in another.</summary>
public enum Kinship
{
    /// <summary>The same bytes, or the same values in another encoding.</summary>
    Identical,

    /// <summary>The same values but for what rounding to the coarser of both encodings explains.</summary>
    Rounded,

    /// <summary>Other values, of a cosine of at least <see cref="LineageRules.NearCosine"/>.</summary>
    Near,

    /// <summary>Other values.</summary>
    Far,

    /// <summary>There is no counterpart.</summary>
    Missing,
}
