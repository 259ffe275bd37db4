using Dapper;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The blocks of an atom as it is composed, without following blocks that are composed themselves.</summary>
internal static class BlockQuery
{
    /// <summary>The blocks of an atom in order; the atom itself where it is not composed of any; none where the tenant has no such atom.</summary>
    /// <param name="database">The database.</param>
    /// <param name="tenantId">Whose atoms are meant; null for any.</param>
    /// <param name="hash">SHA-256 of the atom.</param>
    public static IReadOnlyList<AtomBlock> List(SqlServerDatabase database, long? tenantId, ContentHash hash) =>
    [
        .. database.Run(tenantId, connection => connection.Query<BlockRow>(
            """
            WITH Atom AS (
                SELECT a.AtomId, a.Hash, a.SizeBytes, a.BlockCount
                FROM dbo.Atoms a
                WHERE a.Hash = @hash
                  AND (@tenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @tenantId AND t.AtomId = a.AtomId)))
            SELECT a.Hash, CAST(0 AS bigint) AS ByteOffset, a.SizeBytes
            FROM Atom a
            WHERE a.BlockCount = 0
            UNION ALL
            SELECT b.Hash, c.ByteOffset, b.SizeBytes
            FROM Atom a
            JOIN dbo.TensorAtomCoefficients c ON c.AtomId = a.AtomId
            JOIN dbo.Atoms b ON b.AtomId = c.BlockAtomId
            ORDER BY ByteOffset
            """,
            new { hash, tenantId }, commandTimeout: SqlServerDatabase.CommandSeconds).AsList())
            .Select(row => new AtomBlock(row.Hash, row.ByteOffset, row.SizeBytes)),
    ];

    private sealed record BlockRow
    {
        public required ContentHash Hash { get; init; }

        public required long ByteOffset { get; init; }

        public required long SizeBytes { get; init; }
    }
}
