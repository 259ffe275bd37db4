namespace Hartonomous;

/// <summary>What was spatialized.</summary>
public sealed class HartSpatialReport
{
    /// <summary>How sketches and keys are made.</summary>
    public required string Space { get; init; }

    /// <summary>Contents that were read.</summary>
    public required long Contents { get; init; }

    /// <summary>Their length.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>New sketches with their keys.</summary>
    public required long Sketches { get; init; }

    /// <summary>Sketches that were there and got keys.</summary>
    public required long Projected { get; init; }

    /// <summary>New sketches that are zero.</summary>
    public required long Zero { get; init; }

    /// <summary>NaN and infinite values in what was read; they count as 0.</summary>
    public required long NonFinite { get; init; }

    /// <summary>Contents without heads, or of models that do not say how many rows a head has.</summary>
    public required long WithoutHeads { get; init; }

    /// <summary>Contents that could not be read.</summary>
    public required long Failures { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Space;
}
