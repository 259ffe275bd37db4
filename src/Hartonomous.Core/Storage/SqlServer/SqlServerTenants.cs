using Dapper;
using Hartonomous.Core.Storage.Embedded;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The tenants of a store on a server.</summary>
internal sealed class SqlServerTenants(SqlServerDatabase database) : ITenantStore
{
    private const string Columns =
        """
        SELECT t.TenantId, t.Name, t.Description, t.MaxAtoms, t.MaxBytes, COALESCE(m.Models, 0) AS Models, COALESCE(m.Tensors, 0) AS Tensors,
               t.AtomCount AS Atoms, t.ByteCount AS Bytes, COALESCE(m.Bytes, 0) AS BytesImported, t.CreatedAt AS CreatedAtUtc,
               t.LastIngestedAt AS LastIngestedAtUtc
        FROM dbo.Tenants t LEFT JOIN (
            SELECT TenantId, COUNT_BIG(*) AS Models, SUM(TensorCount) AS Tensors, SUM(SizeBytes) AS Bytes FROM dbo.Models GROUP BY TenantId) m
            ON m.TenantId = t.TenantId
        """;

    /// <inheritdoc/>
    public IReadOnlyList<StoredTenant> List() => database.Run(null, connection => connection.Query<StoredTenant>($"{Columns} ORDER BY t.Name").AsList());

    /// <inheritdoc/>
    public StoredTenant? Find(string name) => database.Run(null, connection => Find(connection, name));

    /// <inheritdoc/>
    public StoredTenant Add(string name, TenantSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        EmbeddedTenants.CheckName(name);
        database.Execute(null, "dbo.sp_AddTenant", new { name, settings.MaxAtoms, settings.MaxBytes, settings.Description });
        return Require(name);
    }

    /// <inheritdoc/>
    public StoredTenant Set(string name, TenantSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        database.Execute(null, "dbo.sp_SetTenant", new { name, settings.MaxAtoms, settings.MaxBytes, settings.Description });
        return Require(name);
    }

    /// <inheritdoc/>
    public TenantRemoval Remove(string name, bool withModels) =>
        database.Query<TenantRemoval>(null, "dbo.sp_RemoveTenant", new { name, withModels }).Single();

    private static StoredTenant? Find(SqlConnection connection, string name) =>
        connection.QuerySingleOrDefault<StoredTenant>($"{Columns} WHERE t.Name = @name", new { name });

    private StoredTenant Require(string name) => Find(name) ?? throw TenantScope.NotFound(name);
}
