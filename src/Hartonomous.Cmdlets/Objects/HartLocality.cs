namespace Hartonomous;

/// <summary>How well spatial keys keep the neighbourhoods of sketches, from a sample.</summary>
public sealed class HartLocality
{
    /// <summary>The curve.</summary>
    public required HartCurve Curve { get; init; }

    /// <summary>How sketches and keys are made.</summary>
    public required string Space { get; init; }

    /// <summary>Sketches in the sample.</summary>
    public required int Sketches { get; init; }

    /// <summary>Pairs whose distances were compared.</summary>
    public required int Pairs { get; init; }

    /// <summary>Pearson's correlation of the distances of sketches and points.</summary>
    public required double SpacePearson { get; init; }

    /// <summary>Spearman's rank correlation of the same.</summary>
    public required double SpaceSpearman { get; init; }

    /// <summary>Pearson's correlation of the distances of points and keys.</summary>
    public required double KeyPearson { get; init; }

    /// <summary>Spearman's rank correlation of the same.</summary>
    public required double KeySpearman { get; init; }

    /// <summary>Spearman's rank correlation of the distances of sketches and keys.</summary>
    public required double SketchKeySpearman { get; init; }

    /// <summary>How many neighbours each was asked for.</summary>
    public required int Neighbors { get; init; }

    /// <summary>Share of the nearest sketches that are among the nearest points.</summary>
    public required double SpacePreservation { get; init; }

    /// <summary>Share of the nearest points that are among the nearest keys.</summary>
    public required double KeyPreservation { get; init; }

    /// <summary>The share that chance would keep.</summary>
    public required double ChancePreservation { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Curve}: {SpacePreservation:F3}, {KeyPreservation:F3}";
}
