using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The tenants of an embedded store.</summary>
internal sealed class EmbeddedTenants(StoreDatabase database, PackFolder packs) : ITenantStore
{
    private const string Columns =
        """
        SELECT t.TenantId, t.Name, t.Description, t.MaxAtoms, t.MaxBytes, coalesce(m.Models, 0) AS Models, coalesce(m.Tensors, 0) AS Tensors,
               t.AtomCount AS Atoms, t.ByteCount AS Bytes, coalesce(m.Bytes, 0) AS BytesImported, t.CreatedAt AS CreatedAtUtc,
               t.LastIngestedAt AS LastIngestedAtUtc
        FROM Tenants t LEFT JOIN (
            SELECT TenantId, count(*) AS Models, sum(TensorCount) AS Tensors, sum(SizeBytes) AS Bytes FROM Models GROUP BY TenantId) m
            ON m.TenantId = t.TenantId
        """;

    /// <inheritdoc/>
    public IReadOnlyList<StoredTenant> List()
    {
        using SqliteConnection connection = database.Connect();
        return connection.Query<StoredTenant>($"{Columns} ORDER BY t.Name").AsList();
    }

    /// <inheritdoc/>
    public StoredTenant? Find(string name)
    {
        using SqliteConnection connection = database.Connect();
        return Find(connection, name);
    }

    /// <inheritdoc/>
    public StoredTenant Add(string name, TenantSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!TenantNames.IsValid(name))
        {
            throw new StoreException(
                StoreErrorCodes.TenantName,
                name,
                $"a tenant's name has 1 to {TenantNames.MaxLength} letters, digits, dots, underscores and hyphens, and begins with a letter or digit");
        }

        return database.Write(connection =>
        {
            if (Find(connection, name) is { } there)
            {
                throw new StoreException(StoreErrorCodes.TenantExists, there.Name, "there is a tenant of this name");
            }

            long tenantId = connection.QuerySingle<long>("INSERT INTO TenantNumbers DEFAULT VALUES RETURNING TenantId");
            connection.Execute(
                """
                INSERT INTO Tenants (TenantId, Name, CreatedAt, MaxAtoms, MaxBytes, Description)
                VALUES (@tenantId, @name, @now, @MaxAtoms, @MaxBytes, @Description)
                """,
                new { tenantId, name, now = StoreDatabase.Now(), settings.MaxAtoms, settings.MaxBytes, settings.Description });
            return Require(connection, name);
        });
    }

    /// <inheritdoc/>
    public StoredTenant Set(string name, TenantSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return database.Write(connection =>
        {
            connection.Execute(
                "UPDATE Tenants SET MaxAtoms = @MaxAtoms, MaxBytes = @MaxBytes, Description = @Description WHERE Name = @name",
                new { name, settings.MaxAtoms, settings.MaxBytes, settings.Description });
            return Require(connection, name);
        });
    }

    /// <inheritdoc/>
    public TenantRemoval Remove(string name, bool withModels)
    {
        List<FileStream> locks = [];
        try
        {
            return database.Write(connection => Remove(connection, Require(connection, name), withModels, locks));
        }
        finally
        {
            locks.ForEach(jobLock => jobLock.Dispose());
        }
    }

    private static StoredTenant? Find(SqliteConnection connection, string name) =>
        connection.QuerySingleOrDefault<StoredTenant>($"{Columns} WHERE t.Name = @name", new { name });

    private static StoredTenant Require(SqliteConnection connection, string name) => Find(connection, name) ?? throw TenantScope.NotFound(name);

    private TenantRemoval Remove(SqliteConnection connection, StoredTenant tenant, bool withModels, List<FileStream> locks)
    {
        if (tenant.Name.Equals(TenantNames.Default, StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreException(StoreErrorCodes.TenantDefault, tenant.Name, "the default tenant cannot be removed");
        }

        List<long> jobs = connection.Query<long>(
            "SELECT JobId FROM IngestionJobs WHERE TenantId = @TenantId AND Status <> 'Complete'", new { tenant.TenantId }).AsList();
        if (!withModels && (tenant.Models > 0 || jobs.Count > 0))
        {
            throw new StoreException(
                StoreErrorCodes.TenantNotEmpty, tenant.Name, $"the tenant has {tenant.Models} models and {jobs.Count} unfinished jobs");
        }

        TenantScope scope = new(tenant.TenantId, tenant.Name);
        long atoms = 0;
        long bytes = 0;
        foreach (long jobId in jobs)
        {
            locks.Add(packs.TryLock(EmbeddedJobs.LockOf(jobId)) ?? throw EmbeddedJobs.Running(jobId));
            EmbeddedJobs.GiveUpCheckpoint(connection, jobId);
            (long ofJob, long bytesOfJob) = AtomRelease.CountReleased(connection);
            atoms += ofJob;
            bytes += bytesOfJob;
        }

        foreach (long modelId in connection.Query<long>("SELECT ModelId FROM Models WHERE TenantId = @TenantId", new { tenant.TenantId }).AsList())
        {
            RemovalSummary summary = ModelRemoval.Remove(connection, scope, modelId);
            atoms += summary.ReleasedAtoms;
            bytes += summary.ReleasedBytes;
        }

        connection.Execute(
            "DELETE FROM IngestionJobs WHERE TenantId = @TenantId; DELETE FROM Tenants WHERE TenantId = @TenantId", new { tenant.TenantId });
        return new TenantRemoval(tenant.Models, atoms, bytes);
    }
}
