namespace Hartonomous.Core.Numerics;

/// <summary>How often values fall into intervals of equal width. Each includes its lower end; that of a given range, the last its upper end too.</summary>
/// <param name="Low">Where the first bin begins.</param>
/// <param name="Width">Width of a bin: bin i begins at <c>Low + i * Width</c>.</param>
/// <param name="Counts">Values in each bin.</param>
/// <param name="Below">Finite values below the first bin; only where a range was given.</param>
/// <param name="Above">Finite values above the last bin; only where a range was given.</param>
public sealed record ValueHistogram(double Low, double Width, IReadOnlyList<long> Counts, long Below, long Above);
