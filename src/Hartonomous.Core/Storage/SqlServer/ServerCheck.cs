using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// What <see cref="IModelStore.CheckStructure"/> checks of a store on a server: every count against the rows it counts, the order of blocks and
/// segments, models' and tenants' figures. That pages are whole is the server's own check (<c>DBCC CHECKDB</c>).
/// </summary>
internal sealed class ServerCheck(SqlServerDatabase database, TenantScope scope, Action<VerifyFinding> report, CancellationToken cancellation)
{
    /// <summary>Runs all checks.</summary>
    public IReadOnlyDictionary<string, long> Run()
    {
        if (database.HasTenantContext && database.Run(null, connection => connection.ExecuteScalar<int>("SELECT dbo.fn_IsStoreAdmin()")) == 0)
        {
            throw new StoreException(StoreErrorCodes.StorePermission, database.Options.ToString(), "only a member of hart_admin verifies the whole store");
        }

        Dictionary<string, long> counts = database.Run(null, connection => new Dictionary<string, long>
        {
            ["models"] = Count(connection, "Models"),
            ["tensors"] = Count(connection, "TensorAtoms"),
            ["atoms"] = Count(connection, "Atoms"),
            ["recipes"] = Count(connection, "Recipes"),
            ["payloads"] = Count(connection, "AtomPayloads"),
        });
        Counts(VerifyFindingCodes.AtomReferenceCount, ReferencesSql, row => $"counts {row.A} references, there are {row.B}");
        Counts(VerifyFindingCodes.RecipeReferenceCount, RecipesSql, row => $"counts {row.A} files, there are {row.B}");
        Counts(VerifyFindingCodes.AtomPayloadMissing, PayloadsSql, row => $"has {row.A} bytes, but neither payload nor blocks");
        Counts(VerifyFindingCodes.TensorBlocks, BlocksSql, row =>
            $"has {row.A} bytes in {row.B} blocks; {row.C} blocks with {row.D} bytes are placed, {row.E} of them wrongly");
        Counts(VerifyFindingCodes.FactorParts, FactorsSql, row => $"comes from factors, and {row.A} of {row.B} parts are there");
        Counts(VerifyFindingCodes.RecipeSegments, SegmentsSql, row =>
            $"has {row.A} bytes; its segments have {row.B}, {row.C} of them wrongly placed or of a wrong length");
        CheckModels();
        CheckTenants();
        return counts;
    }

    internal const string ReferencesSql =
        """
        SELECT a.Hash, a.ReferenceCount AS A, COALESCE(r.Times, 0) AS B, CAST(0 AS bigint) AS C, CAST(0 AS bigint) AS D, CAST(0 AS bigint) AS E
        FROM dbo.Atoms a
        LEFT JOIN (
            SELECT u.AtomId, COUNT_BIG(*) AS Times
            FROM (
                SELECT AtomId FROM dbo.TensorAtoms
                UNION ALL SELECT AtomId FROM dbo.TensorFactors
                UNION ALL SELECT BlockAtomId FROM dbo.TensorAtomCoefficients
                UNION ALL SELECT AtomId FROM dbo.RecipeSegments WHERE AtomId IS NOT NULL
                UNION ALL SELECT AtomId FROM dbo.IngestionJobTensors) u
            GROUP BY u.AtomId) r ON r.AtomId = a.AtomId
        WHERE a.ReferenceCount <> COALESCE(r.Times, 0)
        """;

    internal const string RecipesSql =
        """
        SELECT r.Sha256 AS Hash, r.ReferenceCount AS A, COUNT_BIG(f.ModelId) AS B, CAST(0 AS bigint) AS C, CAST(0 AS bigint) AS D, CAST(0 AS bigint) AS E
        FROM dbo.Recipes r
        LEFT JOIN dbo.ModelFiles f ON f.RecipeId = r.RecipeId
        GROUP BY r.RecipeId, r.Sha256, r.ReferenceCount
        HAVING r.ReferenceCount <> COUNT_BIG(f.ModelId) OR COUNT_BIG(f.ModelId) = 0
        """;

    internal const string PayloadsSql =
        """
        SELECT a.Hash, a.SizeBytes AS A, CAST(0 AS bigint) AS B, CAST(0 AS bigint) AS C, CAST(0 AS bigint) AS D, CAST(0 AS bigint) AS E
        FROM dbo.Atoms a
        LEFT JOIN dbo.AtomPayloads p ON p.PayloadId = a.PayloadId
        WHERE a.BlockCount = 0 AND a.SizeBytes > 0 AND (p.PayloadId IS NULL OR p.Hash <> a.Hash OR p.JobId IS NOT NULL)
        """;

    private const string BlocksSql =
        """
        WITH Placed AS (
            SELECT c.AtomId, c.Ordinal, c.ByteOffset, b.SizeBytes,
                   ROW_NUMBER() OVER (PARTITION BY c.AtomId ORDER BY c.Ordinal) - 1 AS Place,
                   COALESCE(SUM(b.SizeBytes) OVER (PARTITION BY c.AtomId ORDER BY c.Ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS Begins
            FROM dbo.TensorAtomCoefficients c
            JOIN dbo.Atoms b ON b.AtomId = c.BlockAtomId),
        Tensors AS (
            SELECT a.Hash, a.SizeBytes, a.BlockCount, COUNT_BIG(p.Ordinal) AS Blocks, COALESCE(SUM(p.SizeBytes), 0) AS Bytes,
                   COALESCE(SUM(CASE WHEN p.ByteOffset <> p.Begins OR p.Ordinal <> p.Place THEN 1 ELSE 0 END), 0) AS Wrong
            FROM dbo.Atoms a
            LEFT JOIN Placed p ON p.AtomId = a.AtomId
            WHERE (a.BlockCount > 0 OR p.AtomId IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM dbo.SVDComponents v WHERE v.AtomId = a.AtomId)
            GROUP BY a.AtomId, a.Hash, a.SizeBytes, a.BlockCount)
        SELECT t.Hash, t.SizeBytes AS A, CAST(t.BlockCount AS bigint) AS B, t.Blocks AS C, CAST(t.Bytes AS bigint) AS D, CAST(t.Wrong AS bigint) AS E
        FROM Tensors t
        WHERE t.Blocks <> t.BlockCount OR t.Bytes <> t.SizeBytes OR t.Wrong > 0
        """;

    private const string FactorsSql =
        """
        SELECT a.Hash, COUNT_BIG(c.Ordinal) AS A, CAST(a.BlockCount AS bigint) AS B, CAST(0 AS bigint) AS C, CAST(0 AS bigint) AS D, CAST(0 AS bigint) AS E
        FROM dbo.SVDComponents v
        JOIN dbo.Atoms a ON a.AtomId = v.AtomId
        LEFT JOIN dbo.TensorAtomCoefficients c ON c.AtomId = v.AtomId
        GROUP BY v.AtomId, v.BaseDtype, a.Hash, a.BlockCount
        HAVING COUNT_BIG(c.Ordinal) <> a.BlockCount OR a.BlockCount <> CASE WHEN v.BaseDtype IS NULL THEN 2 ELSE 3 END
            OR COALESCE(MAX(c.Ordinal), 0) <> a.BlockCount - 1
        """;

    private const string SegmentsSql =
        """
        WITH Placed AS (
            SELECT s.RecipeId, s.Ordinal, s.FileOffset, s.SizeBytes,
                   CASE WHEN s.SizeBytes <> COALESCE(a.SizeBytes, DATALENGTH(s.Literal)) THEN 1 ELSE 0 END AS Differs,
                   ROW_NUMBER() OVER (PARTITION BY s.RecipeId ORDER BY s.Ordinal) - 1 AS Place,
                   COALESCE(SUM(s.SizeBytes) OVER (PARTITION BY s.RecipeId ORDER BY s.Ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS Begins
            FROM dbo.RecipeSegments s
            LEFT JOIN dbo.Atoms a ON a.AtomId = s.AtomId),
        Files AS (
            SELECT r.Sha256, r.SizeBytes, COALESCE(SUM(p.SizeBytes), 0) AS Bytes,
                   COALESCE(SUM(CASE WHEN p.FileOffset <> p.Begins OR p.Ordinal <> p.Place OR p.Differs = 1 THEN 1 ELSE 0 END), 0) AS Wrong
            FROM dbo.Recipes r
            LEFT JOIN Placed p ON p.RecipeId = r.RecipeId
            GROUP BY r.RecipeId, r.Sha256, r.SizeBytes)
        SELECT f.Sha256 AS Hash, f.SizeBytes AS A, CAST(f.Bytes AS bigint) AS B, CAST(f.Wrong AS bigint) AS C, CAST(0 AS bigint) AS D, CAST(0 AS bigint) AS E
        FROM Files f
        WHERE f.Bytes <> f.SizeBytes OR f.Wrong > 0
        """;

    private const string ModelsSql =
        """
        SELECT m.ModelId, m.TenantId, m.Name, m.TensorCount AS A, m.SizeBytes AS B,
               (SELECT COUNT_BIG(*) FROM dbo.TensorAtoms t WHERE t.ModelId = m.ModelId) AS C,
               CAST(COALESCE((SELECT SUM(r.SizeBytes) FROM dbo.ModelFiles f JOIN dbo.Recipes r ON r.RecipeId = f.RecipeId
                              WHERE f.ModelId = m.ModelId), 0) AS bigint) AS D
        FROM dbo.Models m
        """;

    internal const string TenantsSql =
        """
        SELECT n.TenantId, n.AtomCount AS A, n.ByteCount AS B,
               (SELECT COUNT_BIG(*) FROM dbo.TenantAtoms t JOIN dbo.Atoms a ON a.AtomId = t.AtomId
                WHERE t.TenantId = n.TenantId AND a.BlockCount = 0) AS C,
               CAST(COALESCE((SELECT SUM(a.SizeBytes) FROM dbo.TenantAtoms t JOIN dbo.Atoms a ON a.AtomId = t.AtomId
                              WHERE t.TenantId = n.TenantId AND a.BlockCount = 0), 0) AS bigint) AS D
        FROM dbo.Tenants n
        """;

    // What a tenant reaches is closed under composition: the direct atoms, and the blocks of what it has.
    private const string TenantAtomsSql =
        """
        WITH Direct AS (
            SELECT TenantId, AtomId FROM dbo.TensorAtoms
            UNION
            SELECT TenantId, AtomId FROM dbo.TensorFactors
            UNION
            SELECT f.TenantId, s.AtomId FROM dbo.ModelFiles f JOIN dbo.RecipeSegments s ON s.RecipeId = f.RecipeId WHERE s.AtomId IS NOT NULL
            UNION
            SELECT TenantId, AtomId FROM dbo.IngestionJobTensors
            UNION
            SELECT t.TenantId, c.BlockAtomId FROM dbo.TenantAtoms t JOIN dbo.TensorAtomCoefficients c ON c.AtomId = t.AtomId),
        Wrong AS (
            SELECT d.TenantId, 1 AS Lacks FROM Direct d
            WHERE NOT EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = d.TenantId AND t.AtomId = d.AtomId)
            UNION ALL
            SELECT t.TenantId, 0 FROM dbo.TenantAtoms t
            WHERE NOT EXISTS (SELECT 1 FROM Direct d WHERE d.TenantId = t.TenantId AND d.AtomId = t.AtomId))
        SELECT w.TenantId, CAST(SUM(w.Lacks) AS bigint) AS A, CAST(SUM(1 - w.Lacks) AS bigint) AS B
        FROM Wrong w
        GROUP BY w.TenantId
        """;

    private const string TensorsSql =
        """
        SELECT m.ModelId, m.TenantId, m.Name AS Model, t.Ordinal, t.Name, t.Dtype, t.Shape, t.SizeBytes, a.SizeBytes AS AtomBytes
        FROM dbo.TensorAtoms t
        JOIN dbo.Models m ON m.ModelId = t.ModelId
        JOIN dbo.Atoms a ON a.AtomId = t.AtomId
        """;

    private static long Count(SqlConnection connection, string table) => connection.ExecuteScalar<long>($"SELECT COUNT_BIG(*) FROM dbo.{table}");

    private void Counts(string code, string sql, Func<Figures, string> detail)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (Figures row in Query<Figures>(sql))
        {
            report(new VerifyFinding(code, row.Hash.ToString(), detail(row)));
        }
    }

    private List<T> Query<T>(string sql) =>
        database.Run(null, connection => connection.Query<T>(sql, commandTimeout: 0).AsList(), cancellation);

    private void CheckModels()
    {
        foreach ((long modelId, long tenantId, string name, long tensors, long bytes, long actualTensors, long actualBytes) in
            Query<(long, long, string, long, long, long, long)>(ModelsSql))
        {
            if (tensors != actualTensors || bytes != actualBytes)
            {
                report(new VerifyFinding(
                    VerifyFindingCodes.ModelTotals,
                    NameOf(modelId, tenantId, name),
                    $"says {tensors} tensors and {bytes} bytes; has {actualTensors} and {actualBytes}"));
            }
        }

        foreach (TensorFigures row in Query<TensorFigures>(TensorsSql))
        {
            cancellation.ThrowIfCancellationRequested();
            if (row.SizeBytes != row.AtomBytes || !Enum.TryParse(row.Dtype, out TensorDtype encoding) || encoding == TensorDtype.Unknown ||
                !TensorShape.TryParse(row.Shape, out TensorShape dimensions) ||
                !encoding.TryGetPackedByteCount(dimensions.ElementCount, out long expected) || expected != row.SizeBytes)
            {
                string tensor = IsOwn(row.TenantId) ? SqlText.Decode(row.Name) : $"tensor {row.Ordinal}";
                report(new VerifyFinding(
                    VerifyFindingCodes.TensorSize,
                    $"{NameOf(row.ModelId, row.TenantId, row.Model)}: {tensor}",
                    $"{row.Dtype} {row.Shape} is said to have {row.SizeBytes} bytes, its content has {row.AtomBytes}"));
            }
        }
    }

    private void CheckTenants()
    {
        cancellation.ThrowIfCancellationRequested();
        foreach ((long tenantId, long lacking, long surplus) in Query<(long, long, long)>(TenantAtomsSql))
        {
            report(new VerifyFinding(
                VerifyFindingCodes.TenantAtoms,
                $"tenant {tenantId}",
                $"{lacking} atoms that its models reach are not recorded, {surplus} are that none reaches"));
        }

        foreach ((long tenantId, long atoms, long bytes, long actualAtoms, long actualBytes) in Query<(long, long, long, long, long)>(TenantsSql))
        {
            if (atoms != actualAtoms || bytes != actualBytes)
            {
                report(new VerifyFinding(
                    VerifyFindingCodes.TenantTotals, $"tenant {tenantId}", $"says {atoms} atoms of {bytes} bytes; has {actualAtoms} of {actualBytes}"));
            }
        }
    }

    private bool IsOwn(long tenantId) => scope.TenantId is null || scope.TenantId == tenantId;

    private string NameOf(long modelId, long tenantId, string name) => IsOwn(tenantId) ? SqlText.Decode(name) : $"model {modelId}";

    private sealed record Figures
    {
        public required ContentHash Hash { get; init; }

        public required long A { get; init; }

        public required long B { get; init; }

        public required long C { get; init; }

        public required long D { get; init; }

        public required long E { get; init; }
    }

    private sealed record TensorFigures
    {
        public required long ModelId { get; init; }

        public required long TenantId { get; init; }

        public required string Model { get; init; }

        public required int Ordinal { get; init; }

        public required string Name { get; init; }

        public required string Dtype { get; init; }

        public required string Shape { get; init; }

        public required long SizeBytes { get; init; }

        public required long AtomBytes { get; init; }
    }
}
