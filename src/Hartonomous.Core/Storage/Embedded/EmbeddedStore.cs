using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// The embedded store, a folder: <c>hart.db</c> (SQLite in WAL mode) holds the metadata, <c>packs/</c> the payloads in append-only pack
/// files, <c>locks/</c> empty files whose locks keep writers apart. Frames are written and flushed before the transaction that indexes
/// them commits, so a store is whole at every instant.
/// </summary>
public sealed class EmbeddedStore : IModelStore
{
    private const string DatabaseName = "hart.db";

    private const string ModelColumns =
        """
        SELECT m.ModelId, m.Name, t.Name AS Tenant, m.Format, m.Variant, m.Architecture, m.ParameterCount, m.TensorCount AS Tensors,
               m.SizeBytes, m.IsFolder, m.SourcePath, m.ImportedAt AS ImportedAtUtc, m.Metadata AS MetadataJson
        FROM Models m JOIN Tenants t ON t.TenantId = m.TenantId
        """;

    private const string OfScope = "(@TenantId IS NULL OR m.TenantId = @TenantId)";

    private readonly StoreDatabase _database;
    private readonly PackFolder _packs;
    private readonly TenantScope _scope;
    private readonly bool _isOwner;

    static EmbeddedStore() => SqliteTypeHandlers.Register();

    private EmbeddedStore(string folder, StoreDatabase database, PackFolder packs, TenantScope scope, bool isOwner)
    {
        DisplayName = folder;
        _database = database;
        _packs = packs;
        _scope = scope;
        _isOwner = isOwner;
        Jobs = new EmbeddedJobs(database, packs, scope);
        Tenants = new EmbeddedTenants(database, packs);
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

    /// <summary>Opens a store that is there.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="tenant">The tenant whose models are shown, or <see cref="TenantNames.All"/>.</param>
    /// <exception cref="StoreException">There is none, it is of a newer version, or has no such tenant.</exception>
    public static EmbeddedStore Open(string folder, string tenant = TenantNames.Default)
    {
        string full = Path.GetFullPath(folder);
        if (!Exists(full))
        {
            throw new StoreException(StoreErrorCodes.StoreNotFound, full, "no store is in this folder; an import makes one");
        }

        Directory.CreateDirectory(PacksPath(full));
        Directory.CreateDirectory(LocksPath(full));
        StoreDatabase database = StoreDatabase.Open(Path.Combine(full, DatabaseName));
        try
        {
            using SqliteConnection connection = database.Connect();
            TenantScope scope = TenantScope.Find(connection, tenant);
            return new EmbeddedStore(full, database, new PackFolder(PacksPath(full), LocksPath(full)), scope, isOwner: true);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens the store of a folder, and makes it first where there is none.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="tenant">The tenant whose models are shown, or <see cref="TenantNames.All"/>.</param>
    /// <exception cref="StoreException">The folder holds other things, or a store of a newer version, or one without the tenant.</exception>
    public static EmbeddedStore OpenOrCreate(string folder, string tenant = TenantNames.Default)
    {
        string full = Path.GetFullPath(folder);
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
        return new EmbeddedStore(DisplayName, _database, _packs, TenantScope.Find(connection, tenant), isOwner: false);
    }

    /// <inheritdoc/>
    public IIngestSession BeginIngest(IngestRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new EmbeddedIngestSession(_database, _packs, _scope, request);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<ContentHash>(
            "SELECT Sha256 FROM Recipes WHERE Fingerprint = @fingerprint AND SizeBytes = @sizeBytes AND ReferenceCount > 0",
            new { fingerprint, sizeBytes }).AsList();
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256)
    {
        using SqliteConnection connection = _database.Connect();
        return RecipeQuery.Find(connection, _scope, sha256)
            ?? throw new StoreException(StoreErrorCodes.StoreCorrupt, sha256.ToString(), "no file of this hash is stored");
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
                   t.IsBigEndian, t.LayerType, t.LayerIndex, a.Hash
            FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
            WHERE t.ModelId = @modelId AND (@TenantId IS NULL OR m.TenantId = @TenantId) ORDER BY t.Ordinal
            """,
            new { modelId, _scope.TenantId }).Select(row => row.ToTensor()).ToList();
    }

    /// <inheritdoc/>
    public ByteSource OpenAtom(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        return AtomQuery.Open(connection, _packs, _scope, hash);
    }

    /// <inheritdoc/>
    public RemovalSummary RemoveModel(long modelId) =>
        _database.Write(connection => ModelRemoval.Remove(connection, _scope, modelId));

    /// <inheritdoc/>
    public StoreStatistics GetStatistics()
    {
        long onDisk = Directory.EnumerateFiles(DisplayName, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        using SqliteConnection connection = _database.Connect();
        return StatisticsQuery.Run(connection, _scope, onDisk);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> CheckStructure(
        bool full, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation) =>
        new StructureCheck(_database, _packs, _scope, report, progress, cancellation).Run(full);

    /// <inheritdoc/>
    public IEnumerable<ContentHash> ListComposedAtoms()
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<ContentHash>(
            """
            SELECT Hash FROM Atoms a
            WHERE BlockCount > 0 AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
            ORDER BY AtomId
            """,
            new { _scope.TenantId }).AsList();
    }

    /// <inheritdoc/>
    public IEnumerable<(ContentHash Sha256, long SizeBytes)> ListRecipes()
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<StoredRecipe>(
            """
            SELECT Sha256, SizeBytes FROM Recipes r
            WHERE @TenantId IS NULL OR EXISTS (
                SELECT 1 FROM ModelFiles f JOIN Models m ON m.ModelId = f.ModelId WHERE f.RecipeId = r.RecipeId AND m.TenantId = @TenantId)
            ORDER BY RecipeId
            """,
            new { _scope.TenantId })
            .Select(recipe => (recipe.Sha256, recipe.SizeBytes)).ToList();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOwner)
        {
            _packs.Dispose();
            _database.Dispose();
        }
    }

    private static string PacksPath(string folder) => Path.Combine(folder, "packs");

    private static string LocksPath(string folder) => Path.Combine(folder, "locks");

    private sealed record StoredRecipe
    {
        public required ContentHash Sha256 { get; init; }

        public required long SizeBytes { get; init; }
    }
}
