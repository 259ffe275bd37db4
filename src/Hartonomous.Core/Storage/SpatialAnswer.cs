using Hartonomous.Core.Spatial.Indexes;

namespace Hartonomous.Core.Storage;

/// <summary>The answer of a search in a store.</summary>
/// <param name="Hits">The tensors, most similar first.</param>
/// <param name="Candidates">How many sketches were compared.</param>
/// <param name="Certainty">Whether others could belong into the answer.</param>
/// <param name="Searched">How many keys the filter left to be searched.</param>
/// <param name="Pending">How many contents that the filter allows have no key yet, and so could not be found.</param>
public sealed record SpatialAnswer(IReadOnlyList<SpatialHit> Hits, int Candidates, Certainty Certainty, long Searched, long Pending);
