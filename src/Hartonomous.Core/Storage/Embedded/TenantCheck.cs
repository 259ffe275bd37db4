using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Holds what is recorded as the tenants' against what their models and jobs reach.</summary>
internal static class TenantCheck
{
    private const string AtomsSql =
        $"""
        {TenantAccount.Reached},
        Missing AS (SELECT TenantId, AtomId FROM Reached EXCEPT SELECT TenantId, AtomId FROM TenantAtoms),
        Surplus AS (SELECT TenantId, AtomId FROM TenantAtoms EXCEPT SELECT TenantId, AtomId FROM Reached)
        SELECT 'tenant ' || TenantId, sum(Lacks) || ' atoms that its models reach are not recorded, ' || sum(1 - Lacks) || ' are that none reaches'
        FROM (SELECT TenantId, 1 AS Lacks FROM Missing UNION ALL SELECT TenantId, 0 FROM Surplus) GROUP BY TenantId
        """;

    private const string TotalsSql =
        """
        SELECT 'tenant ' || n.TenantId, 'says ' || n.AtomCount || ' atoms of ' || n.ByteCount || ' bytes; has ' || coalesce(t.Atoms, 0) || ' of '
               || coalesce(t.Bytes, 0)
        FROM Tenants n LEFT JOIN (
            SELECT t.TenantId, count(*) AS Atoms, sum(a.SizeBytes) AS Bytes
            FROM TenantAtoms t JOIN Atoms a ON a.AtomId = t.AtomId WHERE a.BlockCount = 0 GROUP BY t.TenantId) t ON t.TenantId = n.TenantId
        WHERE n.AtomCount <> coalesce(t.Atoms, 0) OR n.ByteCount <> coalesce(t.Bytes, 0)
        """;

    /// <summary>The findings.</summary>
    public static IEnumerable<VerifyFinding> Run(SqliteConnection connection) =>
        Query(connection, VerifyFindingCodes.TenantAtoms, AtomsSql).Concat(Query(connection, VerifyFindingCodes.TenantTotals, TotalsSql));

    private static IEnumerable<VerifyFinding> Query(SqliteConnection connection, string code, string sql) =>
        connection.Query<(string Subject, string Detail)>(sql).Select(row => new VerifyFinding(code, row.Subject, row.Detail));
}
