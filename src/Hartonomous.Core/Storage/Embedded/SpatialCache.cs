using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// The catalogs that searches of this process have read, and which tensors their filters allow. Both are held until the database changes
/// under them, which costs a search some microseconds to ask.
/// </summary>
internal sealed class SpatialCache(StoreDatabase database) : IDisposable
{
    private const int MostReaches = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(SpatialSpace Space, SpatialLevel Level), (long Changes, SpatialCatalog Catalog)> _catalogs = [];
    private readonly Dictionary<string, SpatialReach> _reaches = [];
    private readonly List<SpatialCatalog> _replaced = [];
    private SqliteConnection? _watch;
    private long _version = -1;
    private long _changes;

    /// <summary>The catalog of a space and level, and what of it a filter allows.</summary>
    /// <exception cref="StoreException">There are no keys of the space (<c>SPATIAL_NO_KEYS</c>).</exception>
    public (SpatialCatalog Catalog, SpatialReach Reach) Open(TenantScope scope, SpatialSpace space, SpatialLevel level, SpatialFilter filter)
    {
        lock (_gate)
        {
            Look();
            SpatialCatalog catalog = Catalog(space, level);
            string key = Key(scope, space, level, filter);
            if (!_reaches.TryGetValue(key, out SpatialReach? reach))
            {
                if (_reaches.Count == MostReaches)
                {
                    _reaches.Clear();
                }

                reach = SpatialReach.Find(_watch!, catalog, scope, filter);
                _reaches.Add(key, reach);
            }

            return (catalog, reach);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (SpatialCatalog catalog in _catalogs.Values.Select(entry => entry.Catalog).Concat(_replaced))
            {
                catalog.Dispose();
            }

            _catalogs.Clear();
            _replaced.Clear();
            _watch?.Dispose();
            _watch = null;
        }
    }

    private static string Key(TenantScope scope, SpatialSpace space, SpatialLevel level, SpatialFilter filter) => string.Join(
        '|',
        scope.TenantId,
        space,
        level,
        filter.ModelIds is null ? "*" : string.Join(',', filter.ModelIds.Order()),
        filter.LayerTypes is null ? "*" : string.Join(',', filter.LayerTypes.Order()),
        filter.Shape?.ToString() ?? "*");

    // SQLite's own number of a database's version changes with every commit of any other connection; this one never writes.
    private void Look()
    {
        _watch ??= database.Connect();
        long version = _watch.ExecuteScalar<long>("PRAGMA data_version");
        if (version != _version)
        {
            _reaches.Clear();
            _changes = _watch.ExecuteScalar<long>("SELECT Changes FROM SpatialState");
            _version = version;
        }
    }

    private SpatialCatalog Catalog(SpatialSpace space, SpatialLevel level)
    {
        if (_catalogs.TryGetValue((space, level), out (long Changes, SpatialCatalog Catalog) held))
        {
            if (held.Changes == _changes)
            {
                return held.Catalog;
            }

            // Searches of other threads may still read it: closed with the store.
            _replaced.Add(held.Catalog);
            _catalogs.Remove((space, level));
        }

        (long Sketch, long Projection) keys = SpatialConfigs.Find(_watch!, space) ?? throw new StoreException(
            StoreErrorCodes.SpatialNoKeys, database.FilePath, $"there are no keys of the space '{space}'");
        SpatialCatalog catalog = SpatialCatalog.Load(database, _watch!, space, keys, level);
        _catalogs.Add((space, level), (_changes, catalog));
        return catalog;
    }
}
