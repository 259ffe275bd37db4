namespace Hartonomous.Core.LinearAlgebra;

/// <summary>How a singular value decomposition is approached.</summary>
/// <param name="Rank">Singular values wanted.</param>
/// <param name="Oversamples">Directions looked at beyond the rank.</param>
/// <param name="PowerIterations">Times the range is sharpened by the matrix and its transpose.</param>
/// <param name="Seed">Decides the random range; the same seed gives the same bits.</param>
/// <param name="Threads">Threads to use; 0 for one a core. Has no part in the result.</param>
public sealed record SvdOptions(int Rank, int Oversamples = 10, int PowerIterations = 2, int Seed = 42, int Threads = 0);
