namespace Hartonomous;

/// <summary>How often values fall into intervals of equal width: bin i begins at <c>Low + i * Width</c>.</summary>
public sealed class HartHistogram
{
    /// <summary>Where the first bin begins.</summary>
    public required double Low { get; init; }

    /// <summary>Width of a bin.</summary>
    public required double Width { get; init; }

    /// <summary>Values in each bin.</summary>
    public required long[] Counts { get; init; }

    /// <summary>Finite values below the first bin; only where a range was given.</summary>
    public required long Below { get; init; }

    /// <summary>Finite values above the last bin; only where a range was given.</summary>
    public required long Above { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Counts.Length} bins of {Width} from {Low}");
}
