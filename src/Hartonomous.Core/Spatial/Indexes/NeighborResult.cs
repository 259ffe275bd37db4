namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>The answer of a search.</summary>
/// <param name="Neighbors">The neighbours, most similar first; of equal similarity the lower ordinal first.</param>
/// <param name="Candidates">How many sketches were compared.</param>
/// <param name="Certainty">Whether others could belong into the answer.</param>
public sealed record NeighborResult(IReadOnlyList<Neighbor> Neighbors, int Candidates, Certainty Certainty);
