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

    private readonly StoreDatabase _database;
    private readonly PackFolder _packs;

    static EmbeddedStore() => SqliteTypeHandlers.Register();

    private EmbeddedStore(string folder, StoreDatabase database)
    {
        DisplayName = folder;
        _database = database;
        _packs = new PackFolder(PacksPath(folder), LocksPath(folder));
    }

    /// <inheritdoc/>
    public string DisplayName { get; }

    /// <summary>Opens a store that is there.</summary>
    /// <exception cref="StoreException">There is none, or it is of a newer version.</exception>
    public static EmbeddedStore Open(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Exists(full))
        {
            throw new StoreException(StoreErrorCodes.StoreNotFound, full, "no store is in this folder; an import makes one");
        }

        Directory.CreateDirectory(PacksPath(full));
        Directory.CreateDirectory(LocksPath(full));
        return new EmbeddedStore(full, StoreDatabase.Open(Path.Combine(full, DatabaseName)));
    }

    /// <summary>Opens the store of a folder, and makes it first where there is none.</summary>
    /// <exception cref="StoreException">The folder holds other things, or a store of a newer version.</exception>
    public static EmbeddedStore OpenOrCreate(string folder)
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

        return Open(full);
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
    public IIngestSession BeginIngest(IngestRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new EmbeddedIngestSession(_database, _packs, request);
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
        long? recipeId = connection.ExecuteScalar<long?>("SELECT RecipeId FROM Recipes WHERE Sha256 = @sha256", new { sha256 });
        return recipeId is null
            ? throw new StoreException(StoreErrorCodes.StoreCorrupt, sha256.ToString(), "no file of this hash is stored")
            : connection.Query<RecipeSegment>(
                """
                SELECT s.FileOffset, s.SizeBytes AS Length, s.Literal, a.Hash AS Atom, s.TurnedDtype
                FROM RecipeSegments s LEFT JOIN Atoms a ON a.AtomId = s.AtomId
                WHERE s.RecipeId = @recipeId ORDER BY s.Ordinal
                """,
                new { recipeId }).AsList();
    }

    /// <inheritdoc/>
    public StoredModel? FindModel(string name)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.QuerySingleOrDefault<StoredModel>($"{ModelColumns} WHERE m.TenantId = 1 AND m.Name = @name", new { name });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredModel> ListModels()
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<StoredModel>($"{ModelColumns} ORDER BY m.Name").AsList();
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> ListFiles(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<StoredFile>(
            """
            SELECT f.Path, f.RecipeId, r.SizeBytes, r.Sha256
            FROM ModelFiles f JOIN Recipes r ON r.RecipeId = f.RecipeId WHERE f.ModelId = @modelId ORDER BY f.Ordinal
            """,
            new { modelId }).AsList();
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
            WHERE t.ModelId = @modelId ORDER BY t.Ordinal
            """,
            new { modelId }).Select(row => row.ToTensor()).ToList();
    }

    /// <inheritdoc/>
    public ByteSource OpenAtom(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        (long AtomId, long SizeBytes, long BlockCount) atom = connection.QuerySingleOrDefault<(long, long, long)>(
            "SELECT AtomId, SizeBytes, BlockCount FROM Atoms WHERE Hash = @hash", new { hash });
        if (atom.AtomId == 0)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, hash.ToString(), "no atom of this hash is stored");
        }

        string sql = atom.BlockCount == 0
            ? """
              SELECT a.Hash, 0 AS ByteOffset, a.SizeBytes, p.PackId, p.PackOffset, p.StoredBytes, p.Codec
              FROM Atoms a JOIN AtomPayloads p ON p.AtomId = a.AtomId WHERE a.AtomId = @AtomId
              """
            : """
              SELECT a.Hash, c.ByteOffset, a.SizeBytes, p.PackId, p.PackOffset, p.StoredBytes, p.Codec
              FROM TensorAtomCoefficients c JOIN Atoms a ON a.AtomId = c.BlockAtomId JOIN AtomPayloads p ON p.AtomId = a.AtomId
              WHERE c.AtomId = @AtomId ORDER BY c.Ordinal
              """;
        return new AtomByteSource(_packs, hash, atom.SizeBytes, [.. connection.Query<StoredBlock>(sql, new { atom.AtomId })]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<AtomBlock>(
            """
            SELECT Hash, 0 AS Offset, SizeBytes AS Length FROM Atoms WHERE Hash = @hash AND BlockCount = 0
            UNION ALL
            SELECT b.Hash, c.ByteOffset, b.SizeBytes
            FROM Atoms a JOIN TensorAtomCoefficients c ON c.AtomId = a.AtomId JOIN Atoms b ON b.AtomId = c.BlockAtomId
            WHERE a.Hash = @hash AND a.BlockCount > 0
            ORDER BY 2
            """,
            new { hash }).AsList();
    }

    /// <inheritdoc/>
    public RemovalSummary RemoveModel(long modelId) =>
        _database.Write(connection => ModelRemoval.Remove(connection, modelId));

    /// <inheritdoc/>
    public StoreStatistics GetStatistics()
    {
        long onDisk = Directory.EnumerateFiles(DisplayName, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        using SqliteConnection connection = _database.Connect();
        return StatisticsQuery.Run(connection, onDisk);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> CheckStructure(
        bool full, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation) =>
        new StructureCheck(_database, _packs, report, progress, cancellation).Run(full);

    /// <inheritdoc/>
    public IEnumerable<ContentHash> ListComposedAtoms()
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<ContentHash>("SELECT Hash FROM Atoms WHERE BlockCount > 0 ORDER BY AtomId").AsList();
    }

    /// <inheritdoc/>
    public IEnumerable<(ContentHash Sha256, long SizeBytes)> ListRecipes()
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<StoredRecipe>("SELECT Sha256, SizeBytes FROM Recipes ORDER BY RecipeId")
            .Select(recipe => (recipe.Sha256, recipe.SizeBytes)).ToList();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _packs.Dispose();
        _database.Dispose();
    }

    private static string PacksPath(string folder) => Path.Combine(folder, "packs");

    private static string LocksPath(string folder) => Path.Combine(folder, "locks");

    private sealed record StoredRecipe
    {
        public required ContentHash Sha256 { get; init; }

        public required long SizeBytes { get; init; }
    }
}
