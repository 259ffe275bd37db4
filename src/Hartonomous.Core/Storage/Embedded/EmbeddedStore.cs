using System.Data;
using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded.Maintenance;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// The embedded store, a folder: <c>hart.db</c> (SQLite in WAL mode) holds the metadata, <c>packs/</c> the payloads in append-only pack
/// files, <c>locks/</c> empty files whose locks keep writers apart. Frames are written and flushed before the transaction that indexes
/// them commits, so a store is whole at every instant.
/// </summary>
public sealed partial class EmbeddedStore : IModelStore
{
    /// <summary>Name of the database file.</summary>
    internal const string DatabaseName = "hart.db";

    /// <summary>The lock that everybody who has the store open shares, and that a repair which replaces the database takes alone.</summary>
    internal const string PresenceLock = "store";

    private const string ModelColumns =
        """
        SELECT m.ModelId, m.Name, t.Name AS Tenant, m.Format, m.Variant, m.Architecture, m.ParameterCount, m.TensorCount AS Tensors,
               m.SizeBytes, m.IsFolder, m.SourcePath, m.ImportedAt AS ImportedAtUtc, m.Metadata AS MetadataJson
        FROM Models m JOIN Tenants t ON t.TenantId = m.TenantId
        """;

    private const string OfScope = "(@TenantId IS NULL OR m.TenantId = @TenantId)";

    private readonly StoreDatabase _database;
    private readonly PackFolder _packs;
    private readonly FileStream? _presence;
    private readonly TenantScope _scope;
    private readonly bool _isOwner;
    private readonly SpatialCache _catalogs;

    static EmbeddedStore() => SqliteTypeHandlers.Register();

    private EmbeddedStore(
        string folder, StoreDatabase database, PackFolder packs, FileStream? presence, TenantScope scope, bool isOwner, SpatialCache catalogs)
    {
        DisplayName = folder;
        _database = database;
        _packs = packs;
        _outside = new InPlaceReader(database);
        _presence = presence;
        _scope = scope;
        Access = new AccessLog(database);
        _isOwner = isOwner;
        Jobs = new EmbeddedJobs(database, packs, scope);
        Tenants = new EmbeddedTenants(database, packs);
        _catalogs = catalogs;
        Spatial = new EmbeddedSpatial(database, scope, catalogs);
        Factors = new EmbeddedFactors(database, packs, scope);
    }

    /// <inheritdoc/>
    public string DisplayName { get; }

    /// <inheritdoc/>
    public string Tenant => _scope.Name;

    /// <inheritdoc/>
    public IJobStore Jobs { get; }

    /// <inheritdoc/>
    public IFactorStore Factors { get; }

    /// <inheritdoc/>
    public ITenantStore Tenants { get; }

    /// <inheritdoc/>
    public ISpatialStore Spatial { get; }

    /// <summary>Opens a store that is there.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="tenant">The tenant whose models are shown, or <see cref="TenantNames.All"/>.</param>
    /// <exception cref="StoreException">There is none, it is of a newer version, or has no such tenant.</exception>
    public static EmbeddedStore Open(string folder, string tenant = TenantNames.Default)
    {
        string full = Path.GetFullPath(folder);
        EnsureDatabase(full);
        if (!Exists(full))
        {
            throw new StoreException(StoreErrorCodes.StoreNotFound, full, "no store is in this folder; an import makes one");
        }

        return StoreFaults.Guard(full, () =>
        {
            Directory.CreateDirectory(PacksPath(full));
            Directory.CreateDirectory(LocksPath(full));
            PackFolder packs = new(PacksPath(full), LocksPath(full));
            FileStream? presence = packs.ShareLock(PresenceLock);
            StoreDatabase? database = null;
            try
            {
                database = StoreDatabase.Open(Path.Combine(full, DatabaseName));
                using SqliteConnection connection = database.Connect();
                return new EmbeddedStore(
                    full, database, packs, presence, TenantScope.Find(connection, tenant), isOwner: true, new SpatialCache(database));
            }
            catch
            {
                database?.Dispose();
                packs.Dispose();
                presence?.Dispose();
                throw;
            }
        });
    }

    /// <summary>Opens the store of a folder, and makes it first where there is none.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="tenant">The tenant whose models are shown, or <see cref="TenantNames.All"/>.</param>
    /// <exception cref="StoreException">The folder holds other things, or a store of a newer version, or one without the tenant.</exception>
    public static EmbeddedStore OpenOrCreate(string folder, string tenant = TenantNames.Default)
    {
        string full = Path.GetFullPath(folder);
        EnsureDatabase(full);
        if (!Exists(full))
        {
            EnsureVacant(full);
            Directory.CreateDirectory(full);
            using (new FileStream(Path.Combine(full, DatabaseName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                // From here on this is a store's folder; another process may have made it one in the same moment.
            }
        }

        return Open(full, tenant);
    }

    /// <summary>
    /// Mends a store from its packs: finds payloads again that the index lost, notes those that are damaged so that the next import heals them,
    /// counts references anew. A database that is missing or cannot be used is made anew, of the rows that can be read and of all the packs
    /// hold. Damaged packs go to the folder <c>damaged</c>.
    /// </summary>
    /// <param name="folder">The store.</param>
    /// <param name="dryRun">Whether it is only found out what would be done.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the repair; nothing is changed then but packs that were moved.</param>
    /// <exception cref="StoreException">
    /// There is no store (<c>STORE_NOT_FOUND</c>), or others use what has to be replaced (<c>STORE_BUSY</c>).
    /// </exception>
    public static RepairReport Repair(
        string folder, bool dryRun = false, IProgress<MaintenanceProgress>? progress = null, CancellationToken cancellation = default)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(PacksPath(full)))
        {
            throw new StoreException(StoreErrorCodes.StoreNotFound, full, "no store is in this folder; an import makes one");
        }

        return StoreFaults.Guard(full, () =>
        {
            Directory.CreateDirectory(LocksPath(full));
            using PackFolder packs = new(PacksPath(full), LocksPath(full));
            return new StoreRepair(full, packs, progress, cancellation).Run(dryRun);
        });
    }

    /// <summary>Checks that a store can be made in a folder: it is new, empty, or holds what is left of a store that was never finished.</summary>
    /// <exception cref="StoreException">The folder holds other things (<c>STORE_INVALID</c>).</exception>
    public static void EnsureVacant(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (File.Exists(full))
        {
            throw new StoreException(StoreErrorCodes.StoreInvalid, full, "a folder is expected, this is a file");
        }

        string[] allowed = ["packs", "locks", DatabaseName + "-wal", DatabaseName + "-shm"];
        if (Directory.Exists(full) &&
            Directory.EnumerateFileSystemEntries(full).FirstOrDefault(entry => !allowed.Contains(Path.GetFileName(entry))) is { } stranger)
        {
            throw new StoreException(
                StoreErrorCodes.StoreInvalid, full, $"the folder is no store and is not empty ({Path.GetFileName(stranger)}); name an empty or a new one");
        }
    }

    /// <summary>Whether a folder holds a store.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, DatabaseName));

    /// <inheritdoc/>
    public IModelStore ForTenant(string tenant)
    {
        using SqliteConnection connection = _database.Connect();
        return new EmbeddedStore(
            DisplayName, _database, _packs, presence: null, TenantScope.Find(connection, tenant), isOwner: false, _catalogs)
        {
            Access = Access,
        };
    }

    /// <inheritdoc/>
    public IIngestSession BeginIngest(IngestRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return StoreFaults.Guard(DisplayName, () => new EmbeddedIngestSession(_database, _packs, _scope, request));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<ContentHash>(
            """
            SELECT Sha256 FROM Recipes
            WHERE Fingerprint = @fingerprint AND SizeBytes = @sizeBytes AND ReferenceCount > 0 AND RecipeId NOT IN (SELECT RecipeId FROM LostRecipes)
            """,
            new { fingerprint, sizeBytes }).AsList();
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256)
    {
        using SqliteConnection connection = _database.Connect();
        return Damage(sha256, () => RecipeQuery.Find(connection, _scope, sha256))
            ?? throw new StoreException(StoreErrorCodes.ContentRemoved, sha256.ToString(), "no file of this hash is stored any more");
    }

    /// <inheritdoc/>
    public StoredModel? FindModel(string name)
    {
        using SqliteConnection connection = _database.Connect();
        List<StoredModel> found = connection.Query<StoredModel>(
            $"{ModelColumns} WHERE {OfScope} AND m.Name = @name ORDER BY t.Name", new { _scope.TenantId, name }).AsList();
        return found.Count > 1
            ? throw new StoreException(
                StoreErrorCodes.TenantRequired, name, $"several tenants have a model of this name: {string.Join(", ", found.Select(model => model.Tenant))}")
            : found.SingleOrDefault();
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredModel> ListModels()
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<StoredModel>($"{ModelColumns} WHERE {OfScope} ORDER BY t.Name, m.Name", new { _scope.TenantId }).AsList();
    }

    /// <inheritdoc/>
    public bool HasLostContent(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.ExecuteScalar<bool>(
            """
            SELECT EXISTS (SELECT 1 FROM LostTensors WHERE ModelId = @modelId)
                OR EXISTS (SELECT 1 FROM ModelFiles f JOIN LostRecipes l ON l.RecipeId = f.RecipeId WHERE f.ModelId = @modelId)
            """,
            new { modelId });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> ListFiles(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<StoredFile>(
            """
            SELECT f.Path, f.RecipeId, r.SizeBytes, r.Sha256
            FROM ModelFiles f JOIN Recipes r ON r.RecipeId = f.RecipeId JOIN Models m ON m.ModelId = f.ModelId
            WHERE f.ModelId = @modelId AND (@TenantId IS NULL OR m.TenantId = @TenantId) ORDER BY f.Ordinal
            """,
            new { modelId, _scope.TenantId }).AsList();
    }

    /// <inheritdoc/>
    public IEnumerable<StoredTensor> ListTensors(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<TensorRow>(
            """
            SELECT t.TensorAtomId, m.Name AS Model, t.Name, t.Dtype, t.Shape, t.SizeBytes, t.FilePath, t.FileOffset, t.IsContiguous,
                   t.IsBigEndian, t.LayerType, t.LayerIndex, t.Component, a.Hash, a.LastAccessedAt, p.Sha256 AS PrunedFrom
            FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
            LEFT JOIN PrunedTensors p ON p.TensorAtomId = t.TensorAtomId
            WHERE t.ModelId = @modelId AND (@TenantId IS NULL OR m.TenantId = @TenantId) ORDER BY t.Ordinal
            """,
            new { modelId, _scope.TenantId }).Select(row => row.ToTensor()).ToList();
    }

    /// <inheritdoc/>
    public ByteSource OpenAtom(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        return Damage(hash, () => AtomQuery.Open(connection, _packs, Locate, _outside, _scope, hash));
    }

    private StoredBlock? Locate(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        return AtomQuery.Locate(connection, hash);
    }

    /// <inheritdoc/>
    public IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        return AtomQuery.ListBlocks(connection, _scope, hash);
    }

    /// <inheritdoc/>
    public RemovalSummary RemoveModel(long modelId) =>
        StoreFaults.Guard(DisplayName, () => _database.Write(connection => ModelRemoval.Remove(connection, _scope, modelId)));

    /// <inheritdoc/>
    public OptimizeReport Optimize(OptimizeOptions options, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        return StoreFaults.Guard(DisplayName, () => new StoreOptimization(_database, _packs, DisplayName).Run(options, progress, cancellation));
    }

    /// <inheritdoc/>
    public StoreStatistics GetStatistics()
    {
        using SqliteConnection connection = _database.Connect();
        return StatisticsQuery.Run(connection, _scope, StoreOptimization.FolderLength(DisplayName));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOwner)
        {
            _catalogs.Dispose();
            Access.Flush();
            _packs.Dispose();
            _database.Dispose();
            _presence?.Dispose();
        }
    }

    /// <summary>
    /// Refuses packs without a database: a new one would begin to fill the very files that hold what the lost one knew of.
    /// </summary>
    private static void EnsureDatabase(string folder)
    {
        string path = Path.Combine(folder, DatabaseName);
        if ((!File.Exists(path) || new FileInfo(path).Length == 0) && Directory.Exists(PacksPath(folder)) &&
            Directory.EnumerateFiles(PacksPath(folder), "*.hpk").Any())
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, path, "the database is missing, but there are packs; a repair makes a new one of them");
        }
    }

    /// <summary>Reads rows; where they hold what no row can, that is damage.</summary>
    private static T Damage<T>(ContentHash subject, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataException error)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, subject.ToString(), "a row about it in the database is damaged", error);
        }
    }

    private static string PacksPath(string folder) => Path.Combine(folder, "packs");

    private static string LocksPath(string folder) => Path.Combine(folder, "locks");
}
