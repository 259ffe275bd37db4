using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>
/// The catalogs that searches of this process have read, and which tensors their filters allow. Both are held until the database changes
/// under them, which a search asks first.
/// </summary>
internal abstract class SketchCache : IDisposable
{
    private const int MostReaches = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(long? Owner, SpatialSpace Space, SpatialLevel Level), (string Version, SketchCatalog Catalog)> _catalogs = [];
    private readonly Dictionary<string, (string Version, SketchCatalog Catalog, SketchReach Reach)> _reaches = [];
    private readonly List<SketchCatalog> _replaced = [];

    /// <summary>The catalog of a space and level, and what of it a filter allows.</summary>
    /// <exception cref="StoreException">There are no keys of the space (<c>SPATIAL_NO_KEYS</c>).</exception>
    public (SketchCatalog Catalog, SketchReach Reach) Open(TenantScope scope, SpatialSpace space, SpatialLevel level, SpatialFilter filter)
    {
        lock (_gate)
        {
            (string ofCatalogs, string ofReaches) = Look(scope);
            SketchCatalog catalog = Catalog(scope, space, level, ofCatalogs);
            string key = Key(scope, space, level, filter);
            if (_reaches.TryGetValue(key, out (string Version, SketchCatalog Catalog, SketchReach Reach) held) &&
                held.Version == ofReaches && held.Catalog == catalog)
            {
                return (catalog, held.Reach);
            }

            if (_reaches.Count >= MostReaches)
            {
                _reaches.Clear();
            }

            SketchReach reach = FindReach(scope, catalog, filter);
            _reaches[key] = (ofReaches, catalog, reach);
            return (catalog, reach);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        lock (_gate)
        {
            foreach (SketchCatalog catalog in _catalogs.Values.Select(entry => entry.Catalog).Concat(_replaced))
            {
                catalog.Dispose();
            }

            _catalogs.Clear();
            _replaced.Clear();
            _reaches.Clear();
        }
    }

    /// <summary>Whose catalog a scope reads: null where all scopes read the same.</summary>
    protected virtual long? OwnerOf(TenantScope scope) => null;

    /// <summary>What tells whether catalogs, and what filters allow of them, are still those of the database.</summary>
    protected abstract (string OfCatalogs, string OfReaches) Look(TenantScope scope);

    /// <summary>Reads a catalog.</summary>
    /// <exception cref="StoreException">There are no keys of the space (<c>SPATIAL_NO_KEYS</c>).</exception>
    protected abstract SketchCatalog Load(TenantScope scope, SpatialSpace space, SpatialLevel level);

    /// <summary>Finds what of a catalog a filter allows.</summary>
    protected abstract SketchReach FindReach(TenantScope scope, SketchCatalog catalog, SpatialFilter filter);

    private static string Key(TenantScope scope, SpatialSpace space, SpatialLevel level, SpatialFilter filter) => string.Join(
        '|',
        scope.TenantId,
        space,
        level,
        filter.ModelIds is null ? "*" : string.Join(',', filter.ModelIds.Order()),
        filter.LayerTypes is null ? "*" : string.Join(',', filter.LayerTypes.Order()),
        filter.Shape?.ToString() ?? "*");

    private SketchCatalog Catalog(TenantScope scope, SpatialSpace space, SpatialLevel level, string version)
    {
        (long?, SpatialSpace, SpatialLevel) key = (OwnerOf(scope), space, level);
        if (_catalogs.TryGetValue(key, out (string Version, SketchCatalog Catalog) held))
        {
            if (held.Version == version)
            {
                return held.Catalog;
            }

            _catalogs.Remove(key);
            _reaches.Clear();
            if (held.Catalog.Sketches is IDisposable)
            {
                // Searches of other threads may still read it: closed with the store.
                _replaced.Add(held.Catalog);
            }
        }

        SketchCatalog catalog = Load(scope, space, level);
        _catalogs.Add(key, (version, catalog));
        return catalog;
    }
}
