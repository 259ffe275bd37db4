using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Keeps the atoms recorded as a tenant's to those that its models and unfinished jobs reach, in the transaction that changes these, and
/// holds what it has against its quotas.
/// </summary>
internal static class TenantAccount
{
    /// <summary>The CTE <c>Reached (TenantId, AtomId)</c>: what the tenants' models and jobs reach, at any depth.</summary>
    public const string Reached =
        """
        WITH RECURSIVE Reached (TenantId, AtomId) AS (
            SELECT m.TenantId, t.AtomId FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId
            UNION
            SELECT m.TenantId, f.AtomId
            FROM TensorFactors f JOIN TensorAtoms t ON t.TensorAtomId = f.TensorAtomId JOIN Models m ON m.ModelId = t.ModelId
            UNION
            SELECT m.TenantId, s.AtomId
            FROM Models m JOIN ModelFiles f ON f.ModelId = m.ModelId JOIN RecipeSegments s ON s.RecipeId = f.RecipeId
            WHERE s.AtomId IS NOT NULL
            UNION
            SELECT j.TenantId, t.AtomId FROM IngestionJobTensors t JOIN IngestionJobs j ON j.JobId = t.JobId
            UNION
            SELECT r.TenantId, c.BlockAtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId)
        """;

    // Composed atoms before their blocks: an atom stays while something of the tenant's refers to it, directly or as a block. Every pass goes
    // one level deeper, until one finds nothing.
    private const string ReleaseSql =
        """
        DELETE FROM TenantAtoms
        WHERE TenantId = @tenantId AND AtomId IN (SELECT AtomId FROM Released)
          AND NOT EXISTS (
            SELECT 1 FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId
            WHERE t.AtomId = TenantAtoms.AtomId AND m.TenantId = @tenantId)
          AND NOT EXISTS (
            SELECT 1 FROM TensorFactors f JOIN TensorAtoms t ON t.TensorAtomId = f.TensorAtomId JOIN Models m ON m.ModelId = t.ModelId
            WHERE f.AtomId = TenantAtoms.AtomId AND m.TenantId = @tenantId)
          AND NOT EXISTS (
            SELECT 1 FROM RecipeSegments s JOIN ModelFiles f ON f.RecipeId = s.RecipeId JOIN Models m ON m.ModelId = f.ModelId
            WHERE s.AtomId = TenantAtoms.AtomId AND m.TenantId = @tenantId)
          AND NOT EXISTS (
            SELECT 1 FROM IngestionJobTensors t JOIN IngestionJobs j ON j.JobId = t.JobId
            WHERE t.AtomId = TenantAtoms.AtomId AND j.TenantId = @tenantId)
          AND NOT EXISTS (
            SELECT 1 FROM TensorAtomCoefficients c JOIN TenantAtoms p ON p.TenantId = @tenantId AND p.AtomId = c.AtomId
            WHERE c.BlockAtomId = TenantAtoms.AtomId)
        """;

    /// <summary>Records an atom, with all it is composed of, as the tenant's.</summary>
    public static void Charge(SqliteConnection connection, long tenantId, long atomId) => connection.Execute(
        """
        INSERT INTO TenantAtoms (TenantId, AtomId)
        WITH RECURSIVE Reached (AtomId) AS (
            SELECT @atomId
            UNION
            SELECT c.BlockAtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId
            WHERE NOT EXISTS (SELECT 1 FROM TenantAtoms o WHERE o.TenantId = @tenantId AND o.AtomId = r.AtomId))
        SELECT @tenantId, AtomId FROM Reached WHERE true ORDER BY AtomId
        ON CONFLICT DO NOTHING
        """,
        new { tenantId, atomId });

    /// <summary>Records all that a model reaches as the tenant's.</summary>
    public static void ChargeModel(SqliteConnection connection, long tenantId, long modelId)
    {
        Collect(connection, modelId, null);
        connection.Execute(
            "INSERT INTO TenantAtoms (TenantId, AtomId) SELECT @tenantId, AtomId FROM Released WHERE true ON CONFLICT DO NOTHING", new { tenantId });
    }

    /// <summary>
    /// Notes what a model, or a job's checkpoint, reaches, before its rows are deleted; <see cref="Release"/> comes after that.
    /// </summary>
    public static void Collect(SqliteConnection connection, long? modelId, long? jobId) => connection.Execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS Released (AtomId INTEGER PRIMARY KEY);
        DELETE FROM Released;
        WITH RECURSIVE Reached (AtomId) AS (
            SELECT AtomId FROM TensorAtoms WHERE ModelId = @modelId
            UNION
            SELECT f.AtomId FROM TensorFactors f JOIN TensorAtoms t ON t.TensorAtomId = f.TensorAtomId WHERE t.ModelId = @modelId
            UNION
            SELECT s.AtomId FROM ModelFiles f JOIN RecipeSegments s ON s.RecipeId = f.RecipeId WHERE f.ModelId = @modelId AND s.AtomId IS NOT NULL
            UNION
            SELECT AtomId FROM IngestionJobTensors WHERE JobId = @jobId
            UNION
            SELECT c.BlockAtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId)
        INSERT INTO Released (AtomId) SELECT AtomId FROM Reached;
        """,
        new { modelId, jobId });

    /// <summary>As <see cref="Collect"/>, of an atom.</summary>
    public static void CollectAtom(SqliteConnection connection, long atomId) => connection.Execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS Released (AtomId INTEGER PRIMARY KEY);
        DELETE FROM Released;
        WITH RECURSIVE Reached (AtomId) AS (
            SELECT @atomId
            UNION
            SELECT c.BlockAtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId)
        INSERT INTO Released (AtomId) SELECT AtomId FROM Reached;
        """,
        new { atomId });

    /// <summary>Takes from the tenant what was collected and is not reached by anything else of its.</summary>
    public static void Release(SqliteConnection connection, long tenantId)
    {
        while (connection.Execute(ReleaseSql, new { tenantId }) > 0)
        {
        }
    }

    /// <summary>What a tenant has.</summary>
    public static TenantUse Read(SqliteConnection connection, long tenantId) => connection.QuerySingle<TenantUse>(
        "SELECT Name, MaxAtoms, MaxBytes, AtomCount, ByteCount FROM Tenants WHERE TenantId = @tenantId", new { tenantId });

    /// <summary>Holds what a tenant has, with a chunk whose tensors are not complete yet, against its quotas.</summary>
    /// <param name="connection">In the transaction of the chunk.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="before">What it had before the chunk: a chunk that adds nothing is never refused.</param>
    /// <param name="pending">Contents of the job that no complete tensor of its has. Those that the tenant has by now are taken out.</param>
    /// <exception cref="StoreException">It is too much (<c>QUOTA_ATOMS</c>, <c>QUOTA_BYTES</c>).</exception>
    public static void Check(SqliteConnection connection, long tenantId, TenantUse before, HashSet<ContentHash> pending)
    {
        TenantUse now = Read(connection, tenantId);
        if (now.MaxAtoms is null && now.MaxBytes is null)
        {
            return;
        }

        using SqliteCommand find = connection.CreateCommand();
        find.CommandText =
            """
            SELECT CASE WHEN BlockCount > 0 OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = $tenant AND t.AtomId = a.AtomId)
                   THEN -1 ELSE SizeBytes END
            FROM Atoms a WHERE Hash = $hash
            """;
        find.Parameters.AddWithValue("$tenant", tenantId);
        SqliteParameter hash = find.Parameters.Add("$hash", SqliteType.Blob);
        long atoms = 0;
        long bytes = 0;
        pending.RemoveWhere(content =>
        {
            hash.Value = content.ToArray();
            if (find.ExecuteScalar() is not long size || size < 0)
            {
                return true;
            }

            atoms++;
            bytes += size;
            return false;
        });
        if (now.AtomCount == before.AtomCount && now.ByteCount == before.ByteCount && pending.Count == 0)
        {
            return;
        }

        if (now.AtomCount + atoms > now.MaxAtoms)
        {
            throw new StoreException(
                StoreErrorCodes.QuotaAtoms, now.Name, $"the tenant would have {now.AtomCount + atoms} atoms, its quota is {now.MaxAtoms}");
        }

        if (now.ByteCount + bytes > now.MaxBytes)
        {
            throw new StoreException(
                StoreErrorCodes.QuotaBytes, now.Name, $"the tenant would have {now.ByteCount + bytes} bytes, its quota is {now.MaxBytes}");
        }
    }
}
