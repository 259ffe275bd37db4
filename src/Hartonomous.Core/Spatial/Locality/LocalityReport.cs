namespace Hartonomous.Core.Spatial.Locality;

/// <summary>How well points and keys keep the neighbourhoods of sketches, from a sample.</summary>
/// <param name="Sketches">Sketches in the sample.</param>
/// <param name="Pairs">Pairs of them whose distances were compared.</param>
/// <param name="SpacePearson">Pearson's correlation of the distance of sketches with that of points.</param>
/// <param name="SpaceSpearman">Spearman's rank correlation of the same.</param>
/// <param name="KeyPearson">Pearson's correlation of the distance of points with that of keys, as numbers.</param>
/// <param name="KeySpearman">Spearman's rank correlation of the same.</param>
/// <param name="SketchKeySpearman">Spearman's rank correlation of the distance of sketches with that of keys.</param>
/// <param name="Neighbors">k: how many neighbours each sketch was asked for.</param>
/// <param name="SpacePreservation">Of the k nearest sketches, the share that is among the k nearest points; the mean over the sample.</param>
/// <param name="KeyPreservation">Of the k nearest points, the share that is among the k nearest keys; the mean over the sample.</param>
/// <param name="ChancePreservation">The share that would be kept by chance, k / (n - 1).</param>
public sealed record LocalityReport(
    int Sketches,
    int Pairs,
    double SpacePearson,
    double SpaceSpearman,
    double KeyPearson,
    double KeySpearman,
    double SketchKeySpearman,
    int Neighbors,
    double SpacePreservation,
    double KeyPreservation,
    double ChancePreservation);
