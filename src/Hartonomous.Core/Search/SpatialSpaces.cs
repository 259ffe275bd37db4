using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>Picks the space that a search means.</summary>
public static class SpatialSpaces
{
    /// <summary>
    /// The space of a store that fits what is given; where several do, the default one if it is among them.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="method">The projection's method, or null for any.</param>
    /// <param name="dimension">The sketches' dimension, or null for any.</param>
    /// <param name="seed">The projection's seed, or null for any.</param>
    /// <exception cref="StoreException">None fits (<c>SPATIAL_NO_KEYS</c>), or several do (<c>SPATIAL_AMBIGUOUS</c>).</exception>
    public static SpatialSpace Resolve(IModelStore store, ProjectionMethod? method = null, int? dimension = null, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        SpatialSpace[] fitting =
        [
            .. store.Spatial.ListSpaces().Select(stored => stored.Space).Where(space =>
                (method is null || space.Projection.Method == method) && (dimension is null || space.Sketch.Dimension == dimension) &&
                (seed is null || space.Projection.Seed == seed)),
        ];
        return fitting switch
        {
            [] => throw new StoreException(StoreErrorCodes.SpatialNoKeys, store.DisplayName, "the store has no spatial keys of this kind"),
            [SpatialSpace only] => only,
            _ when fitting.Contains(SpatialSpace.Default) => SpatialSpace.Default,
            _ => throw new StoreException(
                StoreErrorCodes.SpatialAmbiguous,
                store.DisplayName,
                $"there are keys of several kinds: {string.Join("; ", fitting.Select(space => space.Projection.ToString()))}"),
        };
    }
}
