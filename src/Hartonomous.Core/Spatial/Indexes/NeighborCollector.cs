using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>The best candidates so far.</summary>
internal sealed class NeighborCollector(NeighborQuery query, SpatialPoint center, SpatialPoint[] points, bool[] isZero)
{
    // The least similar on top; of equal ones the highest ordinal.
    private readonly PriorityQueue<int, (float Similarity, int Descending)> _best = new();

    /// <summary>The spatial key of the sketch that is searched.</summary>
    public SpatialPoint Center => center;

    /// <summary>How many were compared.</summary>
    public int Candidates { get; private set; }

    /// <summary>A candidate has to be more similar than this, or as similar, to matter still.</summary>
    public float Threshold { get; private set; } = query.MinSimilarity;

    /// <summary>Whether the query allows a candidate at all.</summary>
    public bool Accepts(int ordinal) =>
        !isZero[ordinal] && (query.Filter is null || query.Filter(ordinal)) && (query.Radius is not { } radius || points[ordinal].DistanceTo(center) <= radius);

    /// <summary>Takes a candidate with its similarity.</summary>
    public void Offer(int ordinal, float similarity)
    {
        Candidates++;
        similarity = Math.Clamp(similarity, -1f, 1f);
        if (similarity < Threshold)
        {
            return;
        }

        if (_best.Count < query.Top)
        {
            _best.Enqueue(ordinal, (similarity, -ordinal));
        }
        else
        {
            _best.EnqueueDequeue(ordinal, (similarity, -ordinal));
        }

        if (_best.Count == query.Top && _best.TryPeek(out _, out (float Similarity, int Descending) worst))
        {
            Threshold = Math.Max(query.MinSimilarity, worst.Similarity);
        }
    }

    /// <summary>The neighbours, most similar first.</summary>
    public IReadOnlyList<Neighbor> ToList() => [.. _best.UnorderedItems
        .OrderByDescending(item => item.Priority)
        .Select(item => new Neighbor(item.Element, item.Priority.Similarity, points[item.Element].DistanceTo(center)))];
}
