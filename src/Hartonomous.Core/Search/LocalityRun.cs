using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Locality;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>Measures how well the spatial keys of a store keep the neighbourhoods of its sketches.</summary>
public static class LocalityRun
{
    /// <summary>Measures.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">What is measured; the defaults where null.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">
    /// There are no keys (<c>SPATIAL_NO_KEYS</c>, <c>SPATIAL_AMBIGUOUS</c>), or fewer than three that are not zero (<c>SPATIAL_TOO_FEW</c>).
    /// </exception>
    public static (SpatialSpace Space, LocalityReport Report) Measure(
        IModelStore store, LocalityOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        options ??= new LocalityOptions();
        SpatialSpace space = options.Space ?? SpatialSpaces.Resolve(store);
        SpatialFilter filter = new() { ModelIds = options.ModelIds, LayerTypes = options.LayerTypes };
        try
        {
            return (space, LocalityMeasure.Measure(
                store.Spatial.OpenSketches(space, options.Level, filter),
                new SketchProjection(space.Projection),
                SpaceFillingCurve.Of(options.Curve),
                options.Sample,
                options.Neighbors,
                cancellation));
        }
        catch (ArgumentException error) when (error is not ArgumentOutOfRangeException)
        {
            throw new StoreException(
                StoreErrorCodes.SpatialTooFew, store.DisplayName, "a correlation needs three sketches that are not zero, and there are fewer", error);
        }
    }
}
