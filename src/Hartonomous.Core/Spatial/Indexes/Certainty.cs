namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>What is known about the completeness of an answer.</summary>
public enum Certainty
{
    /// <summary>Proven: no other sketch belongs into the answer.</summary>
    Certain,

    /// <summary>Others may belong into it, but the estimates of all that were not looked at make it unlikely.</summary>
    Likely,

    /// <summary>The search stopped at its number of candidates before it could prove anything.</summary>
    StoppedEarly,
}
