using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>A search in a catalog, up to the tensors that what was found belongs to.</summary>
internal static class SketchSearch
{
    /// <summary>Where a filter leaves no more than these, all are compared.</summary>
    private const int FewEnoughForAll = 4096;

    /// <summary>How far the norms of contents of one constant value may differ, by the rounding of sums.</summary>
    private const double ConstantTolerance = 1e-6;

    /// <summary>Sketches of constants of one length have a cosine of 1, or of -1 where their signs differ.</summary>
    private const float SameSign = 0.5f;

    /// <summary>Refuses a sketch of another making than the space.</summary>
    public static void Check(SpatialSpace space, SpatialSearch search)
    {
        if (search.Sketch.Config != space.Sketch)
        {
            throw new ArgumentException($"The sketch is of '{search.Sketch.Config}', the space of '{space.Sketch}'.", nameof(search));
        }
    }

    /// <summary>Searches.</summary>
    public static NeighborResult Run(SketchCatalog catalog, SketchReach reach, SpatialSearch search)
    {
        Sketch sketch = search.Sketch;
        NeighborQuery query = new()
        {
            // The searched tensor may be among them, and is left out.
            Top = search.Top + (search.ExceptTensorAtomId is null ? 0 : 1),
            MinSimilarity = sketch.IsConstant ? Math.Max(search.MinSimilarity, SameSign) : search.MinSimilarity,
            Radius = search.Radius,
            MaxCandidates = search.MaxCandidates,
            Cancellation = search.Cancellation,
            Filter = sketch.IsConstant ? IsSameConstant : ordinal => reach.IsAllowed[ordinal] && !catalog.IsConstant[ordinal],
        };
        NeighborIndex index = catalog.Index(search.Strategy);
        return sketch.IsConstant || (search.Strategy == NeighborIndex.Default && reach.Count <= FewEnoughForAll)
            ? index.SearchAmong(sketch.Values.Span, query, Ordinals(reach))
            : index.Search(sketch.Values.Span, query);

        // All constants of one length and sign have one sketch: only the same number is a relative.
        bool IsSameConstant(int ordinal) =>
            reach.IsAllowed[ordinal] && catalog.IsConstant[ordinal] && catalog.ValueCounts[ordinal] == sketch.Count &&
            Math.Abs(catalog.Norms[ordinal] - sketch.Norm) <= ConstantTolerance * sketch.Norm;
    }

    /// <summary>The ordinals that are allowed, ascending.</summary>
    public static IEnumerable<int> Ordinals(SketchReach reach) => Enumerable.Range(0, reach.IsAllowed.Length).Where(ordinal => reach.IsAllowed[ordinal]);

    /// <summary>The tensors of the neighbours, nearest first; those of one content in the order of their import.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="neighbors">What was found.</param>
    /// <param name="search">What was searched for.</param>
    /// <param name="tensors">The tensors, of those that the filter allows, that have the content of a sketch.</param>
    public static IReadOnlyList<SpatialHit> ToHits(
        SketchCatalog catalog, IReadOnlyList<Neighbor> neighbors, SpatialSearch search, Func<long, IEnumerable<HitRow>> tensors)
    {
        List<SpatialHit> hits = [];
        foreach (Neighbor neighbor in neighbors)
        {
            if (hits.Count >= search.Top)
            {
                break;
            }

            foreach (HitRow row in tensors(catalog.EmbeddingIds[neighbor.Ordinal]))
            {
                SpatialHit hit = row.ToHit(neighbor.Similarity, neighbor.Distance, catalog.Norms[neighbor.Ordinal]);
                bool isOfShape = hit.Rows.IsWhole || hit.Tensor.Info.Shape.RowLength == hit.Rows.RowLength;
                bool isSearched = hit.Tensor.TensorAtomId == search.ExceptTensorAtomId && (hit.Rows.IsWhole || hit.Rows.First == search.ExceptRow);
                if (isOfShape && !isSearched && hits.Count < search.Top)
                {
                    hits.Add(hit);
                }
            }
        }

        return hits;
    }
}
