namespace Hartonomous.Core.Storage;

/// <summary>How a store is optimized.</summary>
public sealed record OptimizeOptions
{
    /// <summary>Share of waste, of the bytes in use, that is left in the packs where nothing else is asked for.</summary>
    public const double DefaultMaxWaste = 0.01;

    /// <summary>Whether it is only found out what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Time after which no further step begins, or null. What was done stays done; the next run goes on.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>
    /// Share of the packs' bytes in use (0 to 1) that may be waste in them. Packs are copied, the worst first, until no more is left.
    /// </summary>
    public double MaxWaste { get; init; } = DefaultMaxWaste;

    /// <summary>Whether tables and indexes of the database are rebuilt even where that gives hardly any space back.</summary>
    public bool Rebuild { get; init; }
}
