using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>A tensor that resembles another.</summary>
/// <param name="Hit">The tensor, its cosine and distance.</param>
/// <param name="IsIdentical">Whether both have the same bytes.</param>
/// <param name="WeightSimilarity">Cosine of the weights themselves, where it was asked for and both are of one kind.</param>
public sealed record SimilarTensor(SpatialHit Hit, bool IsIdentical, double? WeightSimilarity);
