using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>What was spatialized.</summary>
/// <param name="Space">The space of the keys.</param>
/// <param name="Contents">Contents that were read.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Sketches">Sketches that were made and stored with their keys.</param>
/// <param name="Projected">Sketches that were there, and got keys.</param>
/// <param name="Zero">New sketches that are zero: of contents without values other than 0, NaN and Inf.</param>
/// <param name="NonFinite">NaN and infinite values in what was read; they count as 0.</param>
/// <param name="WithoutHeads">Contents that have no heads, or whose model does not say how many rows a head has.</param>
/// <param name="Failures">Contents that could not be read.</param>
public sealed record SpatializeResult(
    SpatialSpace Space,
    long Contents,
    long Bytes,
    long Sketches,
    long Projected,
    long Zero,
    long NonFinite,
    long WithoutHeads,
    IReadOnlyList<SpatializeFailure> Failures);
