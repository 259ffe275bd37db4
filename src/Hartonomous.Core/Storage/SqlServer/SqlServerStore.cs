using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.Shared;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// A store in a SQL Server database, or in one that speaks its language. Metadata and payloads are rows; what has to happen in one
/// transaction happens in stored procedures. Handles are for use on any number of threads and hosts; connections come from a pool.
/// </summary>
public sealed partial class SqlServerStore : IModelStore, IJobQueue
{
    private const string VerificationState = "verification";

    private const string ModelColumns =
        """
        SELECT m.ModelId, m.Name, t.Name AS Tenant, m.Format, m.Variant, m.Architecture, m.ParameterCount, m.TensorCount AS Tensors,
               m.SizeBytes, m.IsFolder, m.SourcePath, m.ImportedAt AS ImportedAtUtc, m.Metadata AS MetadataJson
        FROM dbo.Models m JOIN dbo.Tenants t ON t.TenantId = m.TenantId
        WHERE (@TenantId IS NULL OR m.TenantId = @TenantId)
        """;

    private readonly SqlServerDatabase _database;
    private readonly TenantScope _scope;
    private readonly bool _isOwner;
    private readonly ServerSketchCache _catalogs;
    private readonly AccessLog _access;

    static SqlServerStore() => SqliteTypeHandlers.Register();

    private SqlServerStore(SqlServerDatabase database, TenantScope scope, SqlServerStore? owner)
    {
        _database = database;
        _scope = scope;
        Jobs = new SqlServerJobs(database, scope);
        Tenants = new SqlServerTenants(database);
        _isOwner = owner is null;
        _catalogs = owner?._catalogs ?? new ServerSketchCache(database);
        _access = owner?._access ?? new AccessLog(notes => AccessNotes.Write(database, notes));
        Spatial = new ServerSpatial(database, scope, _catalogs);
        Factors = new ServerFactors(database, scope);
    }

    /// <inheritdoc/>
    public string DisplayName => _database.Options.ToString();

    /// <inheritdoc/>
    public string Tenant => _scope.Name;

    /// <inheritdoc/>
    public IJobStore Jobs { get; }

    /// <inheritdoc/>
    public ITenantStore Tenants { get; }

    /// <inheritdoc/>
    public IFactorStore Factors { get; }

    /// <inheritdoc/>
    public ISpatialStore Spatial { get; }

    /// <summary>Opens the store of a database.</summary>
    /// <param name="options">Server, database and sign-in.</param>
    /// <param name="tenant">The tenant whose models are shown, or <see cref="TenantNames.All"/>.</param>
    /// <exception cref="StoreException">
    /// The server cannot be reached or refuses the login; the database holds no store (<c>STORE_NOT_FOUND</c>), or one of another version
    /// (<c>STORE_TOO_OLD</c>, <c>STORE_TOO_NEW</c>, <c>STORE_SCHEMA_CHANGED</c>), or one without the tenant.
    /// </exception>
    public static SqlServerStore Open(SqlServerOptions options, string tenant = TenantNames.Default)
    {
        ArgumentNullException.ThrowIfNull(options);
        SqlServerDatabase database = new(options);
        database.HasTenantContext = new SqlServerSchema(database).CheckUsable();
        return new SqlServerStore(database, FindScope(database, tenant), owner: null);
    }

    /// <inheritdoc/>
    public IModelStore ForTenant(string tenant) => new SqlServerStore(_database, FindScope(_database, tenant), owner: this);

    /// <inheritdoc/>
    public IIngestSession BeginIngest(IngestRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new SqlServerIngestSession(_database, _scope, request);
    }

    /// <inheritdoc/>
    public IngestionJob Enqueue(string modelName, string sourcePath, int blockBytes, Granularity granularity, bool isReplacing)
    {
        ArgumentNullException.ThrowIfNull(modelName);
        ArgumentNullException.ThrowIfNull(sourcePath);
        long jobId = _database.Query<long>(_scope.TenantId, "dbo.sp_QueueJob", new
        {
            TenantId = _scope.Required,
            ModelName = SqlText.Encode(modelName),
            SourcePath = SqlText.Encode(sourcePath),
            BlockBytes = blockBytes,
            Granularity = granularity.ToString(),
            IsReplacing = isReplacing,
        }).Single();
        return Jobs.Find(jobId)!;
    }

    /// <inheritdoc/>
    public IJobLease? Lease() => QueuedJob.Take(_database, _scope.TenantId);

    /// <inheritdoc/>
    public IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint) => Query<ContentHash>(
        """
        SELECT r.Sha256 FROM dbo.Recipes r
        WHERE r.Fingerprint = @fingerprint AND r.SizeBytes = @sizeBytes AND r.ReferenceCount > 0
          AND NOT EXISTS (SELECT 1 FROM dbo.vw_RecipeAtoms s JOIN dbo.vw_LostAtoms l ON l.AtomId = s.AtomId WHERE s.RecipeId = r.RecipeId)
        """,
        new { fingerprint, sizeBytes });

    /// <inheritdoc/>
    public IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256) =>
        RecipeReading.Find(_database, _scope.TenantId, sha256, isOwned: false)
        ?? throw new StoreException(StoreErrorCodes.ContentRemoved, sha256.ToString(), "no file of this hash is stored any more");

    /// <inheritdoc/>
    public StoredModel? FindModel(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<StoredModel> found = ReadModels($"{ModelColumns} AND m.Name = @name ORDER BY t.Name", new { _scope.TenantId, name = SqlText.Encode(name) });
        return found.Count > 1
            ? throw new StoreException(
                StoreErrorCodes.TenantRequired, name, $"several tenants have a model of this name: {string.Join(", ", found.Select(model => model.Tenant))}")
            : found.SingleOrDefault();
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredModel> ListModels() => ReadModels($"{ModelColumns} ORDER BY t.Name, m.Name", new { _scope.TenantId });

    /// <inheritdoc/>
    public bool HasLostContent(long modelId) => Query<int>(
        """
        SELECT TOP (1) 1
        FROM dbo.Models m
        WHERE m.ModelId = @modelId AND (@TenantId IS NULL OR m.TenantId = @TenantId)
          AND EXISTS (
            SELECT 1
            FROM dbo.vw_LostAtoms l
            WHERE EXISTS (SELECT 1 FROM dbo.TensorAtoms t WHERE t.ModelId = m.ModelId AND t.AtomId = l.AtomId)
               OR EXISTS (
                    SELECT 1 FROM dbo.vw_RecipeAtoms s JOIN dbo.ModelFiles f ON f.RecipeId = s.RecipeId
                    WHERE f.ModelId = m.ModelId AND s.AtomId = l.AtomId))
        """,
        new { modelId, _scope.TenantId }).Count > 0;

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> ListFiles(long modelId) =>
    [
        .. Query<StoredFile>(
            """
            SELECT f.Path, f.RecipeId, r.SizeBytes, r.Sha256
            FROM dbo.ModelFiles f JOIN dbo.Recipes r ON r.RecipeId = f.RecipeId
            WHERE f.ModelId = @modelId AND (@TenantId IS NULL OR f.TenantId = @TenantId) ORDER BY f.Ordinal
            """,
            new { modelId, _scope.TenantId }).Select(file => file with { Path = SqlText.Decode(file.Path) }),
    ];

    /// <inheritdoc/>
    public IEnumerable<StoredTensor> ListTensors(long modelId) =>
    [
        .. Query<TensorRow>(
            """
            SELECT t.TensorAtomId, m.Name AS Model, t.Name, t.Dtype, t.Shape, t.SizeBytes, t.FilePath, t.FileOffset, t.IsContiguous,
                   t.IsBigEndian, t.LayerType, t.LayerIndex, t.Component, a.Hash, a.LastAccessedAt, p.Sha256 AS PrunedFrom
            FROM dbo.TensorAtoms t JOIN dbo.Models m ON m.ModelId = t.ModelId JOIN dbo.Atoms a ON a.AtomId = t.AtomId
            LEFT JOIN dbo.PrunedTensors p ON p.TensorAtomId = t.TensorAtomId
            WHERE t.ModelId = @modelId AND (@TenantId IS NULL OR m.TenantId = @TenantId) ORDER BY t.Ordinal
            """,
            new { modelId, _scope.TenantId })
            .Select(row => row with { Model = SqlText.Decode(row.Model), Name = SqlText.Decode(row.Name), FilePath = SqlText.Decode(row.FilePath) })
            .Select(row => row.ToTensor()),
    ];

    /// <inheritdoc/>
    public ByteSource OpenAtom(ContentHash hash) => ServerAtomSource.Open(_database, _scope.TenantId, hash);

    /// <inheritdoc/>
    public IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash) => BlockQuery.List(_database, _scope.TenantId, hash);

    /// <inheritdoc/>
    public RemovalSummary RemoveModel(long modelId) =>
        _database.Query<RemovalSummary>(_scope.TenantId, "dbo.sp_RemoveModel", new { modelId, _scope.TenantId }).Single();

    /// <inheritdoc/>
    public OptimizeReport Optimize(OptimizeOptions options, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ServerOptimization.Run(_database, options, progress, cancellation);
    }

    /// <summary>
    /// Mends what the server itself takes for whole: leads atoms to their payloads again, takes damaged payloads out, so that the next import
    /// heals them, and counts references and tenants' figures anew. To be run while nothing is imported. Pages that are damaged are the
    /// server's own matter (<c>DBCC CHECKDB</c>, <c>RESTORE</c>).
    /// </summary>
    /// <param name="dryRun">Whether nothing is changed.</param>
    /// <param name="progress">Told the bytes of payloads held against their hashes.</param>
    /// <param name="cancellation">Ends it; what was mended stays mended.</param>
    /// <exception cref="StoreException">The login is no member of <c>hart_admin</c> (<c>STORE_PERMISSION</c>).</exception>
    public RepairReport Repair(bool dryRun = false, IProgress<MaintenanceProgress>? progress = null, CancellationToken cancellation = default) =>
        new ServerRepair(_database, dryRun, progress, cancellation).Run();

    /// <inheritdoc/>
    public StoreStatistics GetStatistics() => ServerStatistics.Read(_database, _scope.TenantId);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> CheckStructure(bool full, Action<VerifyFinding> report, CancellationToken cancellation) =>
        new ServerCheck(_database, _scope, report, cancellation).Run();

    /// <inheritdoc/>
    public void CheckPayloads(
        string? after, Action<string>? passed, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation) =>
        ServerPayloadScan.Run(_database, after, passed, report, progress, cancellation);

    /// <inheritdoc/>
    public IEnumerable<(long Key, ContentHash Hash)> ListComposedAtoms(long after) =>
    [
        .. Query<KeyedHash>(
            """
            SELECT a.AtomId AS [Key], a.Hash, a.SizeBytes, a.Hash AS Fingerprint FROM dbo.Atoms a
            WHERE a.BlockCount > 0 AND a.AtomId > @after
              AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
            ORDER BY a.AtomId
            """,
            new { after, _scope.TenantId }).Select(row => (row.Key, row.Hash)),
    ];

    /// <inheritdoc/>
    public IEnumerable<(long Key, ContentHash Sha256, long SizeBytes, ContentHash Fingerprint)> ListRecipes(long after) =>
    [
        .. Query<KeyedHash>(
            """
            SELECT r.RecipeId AS [Key], r.Sha256 AS Hash, r.SizeBytes, r.Fingerprint FROM dbo.Recipes r
            WHERE r.RecipeId > @after
              AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.ModelFiles f WHERE f.RecipeId = r.RecipeId AND f.TenantId = @TenantId))
            ORDER BY r.RecipeId
            """,
            new { after, _scope.TenantId }).Select(row => (row.Key, row.Hash, row.SizeBytes, row.Fingerprint)),
    ];

    /// <inheritdoc/>
    public bool IsKnown(ContentHash hash) => Query<int>(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM dbo.Atoms WHERE Hash = @hash) OR EXISTS (SELECT 1 FROM dbo.Recipes WHERE Sha256 = @hash)",
        new { hash }).Count > 0;

    /// <inheritdoc/>
    public string? LoadVerification() =>
        Query<string>("SELECT Value FROM dbo.StoreState WHERE Name = @VerificationState", new { VerificationState }).SingleOrDefault();

    /// <inheritdoc/>
    public void SaveVerification(string? state)
    {
        try
        {
            _database.Execute(_scope.TenantId, "dbo.sp_SaveState", new { Name = VerificationState, Value = state });
        }
        catch (StoreException error) when (error.Code == StoreErrorCodes.StorePermission)
        {
            // Who may only read verifies without leaving a note.
        }
    }

    /// <summary>Writes what was noted of uses. Nothing is held open: connections go back to the process's pool after every use.</summary>
    public void Dispose()
    {
        if (_isOwner)
        {
            _catalogs.Dispose();
            _access.Flush();
        }
    }

    private static TenantScope FindScope(SqlServerDatabase database, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == TenantNames.All)
        {
            return TenantScope.All;
        }

        (long id, string? found) = database.Query<(long, string?)>(null, "dbo.sp_FindTenant", new { Name = name }).SingleOrDefault();
        return found is null ? throw TenantScope.NotFound(name) : new TenantScope(id, found);
    }

    private List<StoredModel> ReadModels(string sql, object parameters) =>
    [
        .. Query<StoredModel>(sql, parameters).Select(model => model with
        {
            Name = SqlText.Decode(model.Name),
            Variant = model.Variant is null ? null : SqlText.Decode(model.Variant),
            Architecture = model.Architecture is null ? null : SqlText.Decode(model.Architecture),
            SourcePath = SqlText.Decode(model.SourcePath),
            MetadataJson = SqlText.Decode(model.MetadataJson),
        }),
    ];

    private List<T> Query<T>(string sql, object parameters) => _database.Run(
        _scope.TenantId, connection => connection.Query<T>(sql, parameters, commandTimeout: SqlServerDatabase.CommandSeconds).AsList());

    private sealed record KeyedHash
    {
        public required long Key { get; init; }

        public required ContentHash Hash { get; init; }

        public required long SizeBytes { get; init; }

        public required ContentHash Fingerprint { get; init; }
    }
}
