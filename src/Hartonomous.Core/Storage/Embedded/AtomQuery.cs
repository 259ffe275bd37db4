using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Finds where the content of an atom lies.</summary>
internal static class AtomQuery
{
    // A block may itself be a tensor that came in by itself and was cut finer: the parts are followed down to payloads.
    private const string Sql =
        """
        WITH RECURSIVE Parts (AtomId, ByteOffset) AS (
            SELECT @AtomId, 0
            UNION ALL
            SELECT c.BlockAtomId, p.ByteOffset + c.ByteOffset FROM Parts p JOIN TensorAtomCoefficients c ON c.AtomId = p.AtomId
            WHERE NOT EXISTS (SELECT 1 FROM SVDComponents v WHERE v.AtomId = p.AtomId))
        SELECT a.Hash, p.ByteOffset, a.SizeBytes, coalesce(l.PackId, 0) AS PackId, coalesce(l.PackOffset, 0) AS PackOffset,
               coalesce(l.StoredBytes, 0) AS StoredBytes, coalesce(l.Codec, 0) AS Codec, a.Content,
               a.AtomId, v.AtomId IS NOT NULL AS IsFactored
        FROM Parts p JOIN Atoms a ON a.AtomId = p.AtomId LEFT JOIN AtomPayloads l ON l.AtomId = a.AtomId
        LEFT JOIN SVDComponents v ON v.AtomId = a.AtomId
        WHERE l.AtomId IS NOT NULL OR a.Content IS NOT NULL OR v.AtomId IS NOT NULL
        ORDER BY p.ByteOffset
        """;

    /// <summary>An atom of the scope's.</summary>
    /// <exception cref="StoreException">The scope has no such atom, or parts of it are missing (<c>STORE_CORRUPT</c>).</exception>
    public static ByteSource Open(SqliteConnection connection, PackFolder packs, TenantScope scope, ContentHash hash)
    {
        (long AtomId, long SizeBytes) atom = connection.QuerySingleOrDefault<(long, long)>(
            """
            SELECT AtomId, SizeBytes FROM Atoms a
            WHERE Hash = @hash AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
            """,
            new { hash, scope.TenantId });
        return atom.AtomId == 0
            ? throw new StoreException(StoreErrorCodes.StoreCorrupt, hash.ToString(), "no atom of this hash is stored")
            : Open(connection, packs, atom.AtomId, hash, atom.SizeBytes);
    }

    private static ByteSource Open(SqliteConnection connection, PackFolder packs, long atomId, ContentHash hash, long size)
    {
        if (connection.QuerySingleOrDefault<LayoutRow>(LayoutRow.OfAtom, new { atomId }) is { } row)
        {
            return new FactoredByteSource(
                hash.ToString(),
                row.Layout,
                OpenPart(connection, packs, row.LeftId),
                OpenPart(connection, packs, row.RightId),
                row.BaseId is { } baseId ? OpenPart(connection, packs, baseId) : null);
        }

        StoredBlock[] blocks = [.. connection.Query<StoredBlock>(Sql, new { atomId })];
        return blocks.Any(block => block.IsFactored)
            ? new ConcatenatedByteSource(hash.ToString(), blocks.Select(block => OpenPart(connection, packs, block.AtomId)))
            : new AtomByteSource(packs, hash, size, blocks);
    }

    private static ByteSource OpenPart(SqliteConnection connection, PackFolder packs, long atomId)
    {
        (ContentHash hash, long size) = connection.QuerySingle<(ContentHash, long)>("SELECT Hash, SizeBytes FROM Atoms WHERE AtomId = @atomId", new { atomId });
        return Open(connection, packs, atomId, hash, size);
    }
}
