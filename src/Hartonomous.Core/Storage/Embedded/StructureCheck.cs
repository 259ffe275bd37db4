using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// What <see cref="IModelStore.CheckStructure"/> checks of an embedded store: the database file, every count against the rows it counts,
/// the order and positions of blocks, the order of segments, the packs' lengths.
/// </summary>
internal sealed class StructureCheck(
    StoreDatabase database, PackFolder packs, TenantScope scope, Action<VerifyFinding> report, CancellationToken cancellation)
{
    public IReadOnlyDictionary<string, long> Run(bool full)
    {
        try
        {
            return RunChecks(full);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            report(new VerifyFinding(VerifyFindingCodes.Database, database.FilePath, error.Message));
            return new Dictionary<string, long>();
        }
    }

    private Dictionary<string, long> RunChecks(bool full)
    {
        using SqliteConnection connection = database.Connect();

        // One read transaction: a consistent picture, while others go on importing.
        using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        Dictionary<string, long> checkedCounts = new()
        {
            ["models"] = Count(connection, "Models"),
            ["tensors"] = Count(connection, "TensorAtoms"),
            ["atoms"] = Count(connection, "Atoms"),
            ["recipes"] = Count(connection, "Recipes"),
            ["packs"] = Count(connection, "Packs"),
        };
        if (CheckDatabase(connection, full))
        {
            CheckReferenceCounts(connection);
            CheckComposition(connection);
            CheckModels(connection);
            foreach (VerifyFinding finding in TenantCheck.Run(connection))
            {
                report(finding);
            }

            CompositionChecksum.CheckAll(connection, report, cancellation);
            CheckPacks(connection);
            checkedCounts["inPlace"] = InPlaceCheck.Count(connection);
            if (!full)
            {
                new InPlaceCheck(report, null, cancellation).CheckFiles(connection);
            }
        }

        return checkedCounts;
    }

    private static long Count(SqliteConnection connection, string table) => connection.ExecuteScalar<long>($"SELECT count(*) FROM {table}");

    private bool CheckDatabase(SqliteConnection connection, bool full)
    {
        List<string> problems = connection.Query<string>(full ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)").Where(line => line != "ok").ToList();
        foreach (string problem in problems)
        {
            report(new VerifyFinding(VerifyFindingCodes.Database, database.FilePath, problem));
        }

        foreach (ForeignKeyViolation violation in connection.Query<ForeignKeyViolation>("PRAGMA foreign_key_check"))
        {
            report(new VerifyFinding(
                VerifyFindingCodes.ForeignKey, $"{violation.Table} row {violation.Rowid}", $"refers to a row of {violation.Parent} that is not there"));
        }

        cancellation.ThrowIfCancellationRequested();
        return problems.Count == 0;
    }

    private void CheckReferenceCounts(SqliteConnection connection)
    {
        Report(
            connection,
            VerifyFindingCodes.AtomReferenceCount,
            """
            SELECT lower(hex(a.Hash)), 'counts ' || a.ReferenceCount || ' references, there are ' || coalesce(r.Times, 0)
            FROM Atoms a LEFT JOIN (
                SELECT AtomId, count(*) AS Times FROM (
                    SELECT AtomId FROM TensorAtoms
                    UNION ALL SELECT AtomId FROM TensorFactors
                    UNION ALL SELECT BlockAtomId FROM TensorAtomCoefficients
                    UNION ALL SELECT AtomId FROM RecipeSegments WHERE AtomId IS NOT NULL
                    UNION ALL SELECT AtomId FROM IngestionJobTensors)
                GROUP BY AtomId) r ON r.AtomId = a.AtomId
            WHERE a.ReferenceCount <> coalesce(r.Times, 0)
            """);
        Report(
            connection,
            VerifyFindingCodes.RecipeReferenceCount,
            """
            SELECT lower(hex(r.Sha256)), 'counts ' || r.ReferenceCount || ' files, there are ' || count(f.ModelId)
            FROM Recipes r LEFT JOIN ModelFiles f ON f.RecipeId = r.RecipeId
            GROUP BY r.RecipeId HAVING r.ReferenceCount <> count(f.ModelId) OR count(f.ModelId) = 0
            """);
    }

    private void CheckComposition(SqliteConnection connection)
    {
        Report(
            connection,
            VerifyFindingCodes.AtomPayloadMissing,
            """
            SELECT lower(hex(a.Hash)), 'has ' || a.SizeBytes || ' bytes, but neither payload nor blocks'
            FROM Atoms a LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId
            WHERE p.AtomId IS NULL AND a.Content IS NULL AND a.BlockCount = 0 AND a.SizeBytes > 0
              AND NOT EXISTS (SELECT 1 FROM AtomSources s WHERE s.AtomId = a.AtomId)
              AND NOT (a.ReferenceCount = 0 AND EXISTS (SELECT 1 FROM LostAtoms l WHERE l.AtomId = a.AtomId))
            """);
        Report(
            connection,
            VerifyFindingCodes.TensorBlocks,
            """
            WITH Placed AS (
                SELECT c.AtomId, c.Ordinal, c.ByteOffset, b.SizeBytes,
                       row_number() OVER w - 1 AS Place,
                       coalesce(sum(b.SizeBytes) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS Begins
                FROM TensorAtomCoefficients c JOIN Atoms b ON b.AtomId = c.BlockAtomId
                WINDOW w AS (PARTITION BY c.AtomId ORDER BY c.Ordinal))
            SELECT lower(hex(a.Hash)),
                   'has ' || a.SizeBytes || ' bytes in ' || a.BlockCount || ' blocks; ' || count(p.Ordinal) || ' blocks with '
                   || coalesce(sum(p.SizeBytes), 0) || ' bytes are placed, ' || coalesce(sum(p.ByteOffset <> p.Begins OR p.Ordinal <> p.Place), 0) || ' of them wrongly'
            FROM Atoms a LEFT JOIN Placed p ON p.AtomId = a.AtomId
            WHERE (a.BlockCount > 0 OR p.AtomId IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM SVDComponents v WHERE v.AtomId = a.AtomId)
            GROUP BY a.AtomId
            HAVING count(p.Ordinal) <> a.BlockCount OR coalesce(sum(p.SizeBytes), 0) <> a.SizeBytes
                OR coalesce(sum(p.ByteOffset <> p.Begins OR p.Ordinal <> p.Place), 0) > 0
            """);
        Report(
            connection,
            VerifyFindingCodes.FactorParts,
            """
            SELECT lower(hex(a.Hash)), 'comes from factors, and ' || count(c.Ordinal) || ' of ' || a.BlockCount || ' parts are there'
            FROM SVDComponents v JOIN Atoms a ON a.AtomId = v.AtomId LEFT JOIN TensorAtomCoefficients c ON c.AtomId = v.AtomId
            GROUP BY v.AtomId
            HAVING count(c.Ordinal) <> a.BlockCount OR a.BlockCount <> 2 + (v.BaseDtype IS NOT NULL) OR coalesce(max(c.Ordinal), 0) <> a.BlockCount - 1
            """);
        Report(
            connection,
            VerifyFindingCodes.RecipeSegments,
            """
            WITH Placed AS (
                SELECT s.RecipeId, s.Ordinal, s.FileOffset, s.SizeBytes,
                       s.SizeBytes <> coalesce(a.SizeBytes, length(s.Literal)) AS Differs,
                       row_number() OVER w - 1 AS Place,
                       coalesce(sum(s.SizeBytes) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS Begins
                FROM RecipeSegments s LEFT JOIN Atoms a ON a.AtomId = s.AtomId
                WINDOW w AS (PARTITION BY s.RecipeId ORDER BY s.Ordinal))
            SELECT lower(hex(r.Sha256)),
                   'has ' || r.SizeBytes || ' bytes; its segments have ' || coalesce(sum(p.SizeBytes), 0) || ', '
                   || coalesce(sum(p.FileOffset <> p.Begins OR p.Ordinal <> p.Place OR p.Differs), 0) || ' of them wrongly placed or of a wrong length'
            FROM Recipes r LEFT JOIN Placed p ON p.RecipeId = r.RecipeId
            GROUP BY r.RecipeId
            HAVING coalesce(sum(p.SizeBytes), 0) <> r.SizeBytes
                OR coalesce(sum(p.FileOffset <> p.Begins OR p.Ordinal <> p.Place OR p.Differs), 0) > 0
            """);
    }

    private void CheckModels(SqliteConnection connection)
    {
        Report(
            connection,
            VerifyFindingCodes.ModelTotals,
            """
            SELECT CASE WHEN @TenantId IS NULL OR m.TenantId = @TenantId THEN m.Name ELSE 'model ' || m.ModelId END,
                   'says ' || m.TensorCount || ' tensors and ' || m.SizeBytes || ' bytes; has ' || t.Tensors || ' and ' || f.Bytes
            FROM Models m
            JOIN (SELECT m.ModelId, count(t.TensorAtomId) AS Tensors FROM Models m LEFT JOIN TensorAtoms t ON t.ModelId = m.ModelId GROUP BY m.ModelId) t
                ON t.ModelId = m.ModelId
            JOIN (SELECT m.ModelId, coalesce(sum(r.SizeBytes), 0) AS Bytes FROM Models m
                  LEFT JOIN ModelFiles f ON f.ModelId = m.ModelId LEFT JOIN Recipes r ON r.RecipeId = f.RecipeId GROUP BY m.ModelId) f
                ON f.ModelId = m.ModelId
            WHERE m.TensorCount <> t.Tensors OR m.SizeBytes <> f.Bytes
            """,
            new { scope.TenantId });
        foreach ((string model, string name, string dtype, string shape, long size, long atomSize) in connection.Query<(string, string, string, string, long, long)>(
            """
            SELECT CASE WHEN @TenantId IS NULL OR m.TenantId = @TenantId THEN m.Name ELSE 'model ' || m.ModelId END,
                   CASE WHEN @TenantId IS NULL OR m.TenantId = @TenantId THEN t.Name ELSE 'tensor ' || t.Ordinal END,
                   t.Dtype, t.Shape, t.SizeBytes, a.SizeBytes
            FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
            """,
            new { scope.TenantId },
            buffered: false))
        {
            cancellation.ThrowIfCancellationRequested();
            if (size != atomSize || !Enum.TryParse(dtype, out TensorDtype encoding) || encoding == TensorDtype.Unknown ||
                !TensorShape.TryParse(shape, out TensorShape dimensions) ||
                !encoding.TryGetPackedByteCount(dimensions.ElementCount, out long expected) || expected != size)
            {
                report(new VerifyFinding(
                    VerifyFindingCodes.TensorSize, $"{model}: {name}", $"{dtype} {shape} is said to have {size} bytes, its content has {atomSize}"));
            }
        }
    }

    private void CheckPacks(SqliteConnection connection)
    {
        foreach ((long packId, long committed, long end) in connection.Query<(long, long, long)>(
            $"""
            SELECT k.PackId, k.CommittedBytes, coalesce(max(p.PackOffset + {PackFrame.HeaderSize} + p.StoredBytes), 0)
            FROM Packs k LEFT JOIN AtomPayloads p ON p.PackId = k.PackId GROUP BY k.PackId
            """))
        {
            FileInfo file = new(packs.PathOf(packId));
            long length = file.Exists ? file.Length : 0;
            if ((length < committed && IsStillCommitted(packId, length)) || end > committed)
            {
                report(new VerifyFinding(
                    VerifyFindingCodes.PackMissing,
                    file.FullName,
                    file.Exists
                        ? $"has {length} bytes; {committed} were committed to it, and the index reaches to {end}"
                        : $"is missing; {committed} bytes were committed to it"));
            }
        }
    }

    /// <summary>Asked outside the snapshot: a compaction may have deleted the pack since.</summary>
    private bool IsStillCommitted(long packId, long length)
    {
        using SqliteConnection connection = database.Connect();
        return connection.ExecuteScalar<long>(
            "SELECT count(*) FROM Packs WHERE PackId = @packId AND CommittedBytes > @length", new { packId, length }) > 0;
    }

    private void Report(SqliteConnection connection, string code, string sql, object? parameters = null)
    {
        foreach ((string subject, string detail) in connection.Query<(string, string)>(sql, parameters, buffered: false))
        {
            cancellation.ThrowIfCancellationRequested();
            report(new VerifyFinding(code, subject, detail));
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private sealed record ForeignKeyViolation
    {
        public required string Table { get; init; }

        public long? Rowid { get; init; }

        public required string Parent { get; init; }
    }
}
