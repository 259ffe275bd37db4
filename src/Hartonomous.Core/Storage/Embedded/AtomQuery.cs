using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Finds where the content of an atom lies.</summary>
internal static class AtomQuery
{
    // A payload that is neither in a pack nor beside its atom lies outside the store, which its pack 0 tells; one that lies nowhere is found
    // missing when it is read. A block may itself be a tensor that came in by itself and was cut finer: the parts are followed down to payloads.
    private const string Sql =
        """
        WITH RECURSIVE Parts (AtomId, ByteOffset) AS (
            SELECT @atomId, 0
            UNION ALL
            SELECT c.BlockAtomId, p.ByteOffset + c.ByteOffset FROM Parts p JOIN TensorAtomCoefficients c ON c.AtomId = p.AtomId
            WHERE NOT EXISTS (SELECT 1 FROM SVDComponents v WHERE v.AtomId = p.AtomId))
        SELECT a.Hash, p.ByteOffset, a.SizeBytes, coalesce(l.PackId, 0) AS PackId, coalesce(l.PackOffset, 0) AS PackOffset,
               coalesce(l.StoredBytes, 0) AS StoredBytes, coalesce(l.Codec, 0) AS Codec, a.Content,
               a.AtomId, v.AtomId IS NOT NULL AS IsFactored
        FROM Parts p JOIN Atoms a ON a.AtomId = p.AtomId LEFT JOIN AtomPayloads l ON l.AtomId = a.AtomId
        LEFT JOIN SVDComponents v ON v.AtomId = a.AtomId
        WHERE (a.BlockCount = 0 AND a.SizeBytes > 0) OR v.AtomId IS NOT NULL
        ORDER BY p.ByteOffset
        """;

    /// <summary>An atom of the scope's.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="packs">The packs.</param>
    /// <param name="locate">Where a payload lies by now, asked while the content is read.</param>
    /// <param name="outside">Reads what lies outside the store.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="hash">The atom.</param>
    /// <exception cref="StoreException">The scope has no such atom, or parts of it are missing (<c>STORE_CORRUPT</c>).</exception>
    public static ByteSource Open(
        SqliteConnection connection, PackFolder packs, Func<ContentHash, StoredBlock?> locate, InPlaceReader outside, TenantScope scope, ContentHash hash)
    {
        (long AtomId, long SizeBytes) atom = connection.QuerySingleOrDefault<(long, long)>(
            """
            SELECT AtomId, SizeBytes FROM Atoms a
            WHERE Hash = @hash AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
            """,
            new { hash, scope.TenantId });
        return atom.AtomId == 0
            ? throw new StoreException(StoreErrorCodes.StoreCorrupt, hash.ToString(), "no atom of this hash is stored")
            : Open(connection, packs, locate, outside, atom.AtomId, hash, atom.SizeBytes);
    }

    private static ByteSource Open(
        SqliteConnection connection, PackFolder packs, Func<ContentHash, StoredBlock?> locate, InPlaceReader outside, long atomId, ContentHash hash, long size)
    {
        if (connection.QuerySingleOrDefault<LayoutRow>(LayoutRow.OfAtom, new { atomId }) is { } row)
        {
            return new FactoredByteSource(
                hash.ToString(),
                row.Layout,
                OpenPart(connection, packs, locate, outside, row.LeftId),
                OpenPart(connection, packs, locate, outside, row.RightId),
                row.BaseId is { } baseId ? OpenPart(connection, packs, locate, outside, baseId) : null);
        }

        StoredBlock[] blocks = [.. connection.Query<StoredBlock>(Sql, new { atomId })];
        return blocks.Any(block => block.IsFactored)
            ? new ConcatenatedByteSource(hash.ToString(), blocks.Select(block => OpenPart(connection, packs, locate, outside, block.AtomId)))
            : new AtomByteSource(packs, locate, outside, hash, size, blocks);
    }

    private static ByteSource OpenPart(
        SqliteConnection connection, PackFolder packs, Func<ContentHash, StoredBlock?> locate, InPlaceReader outside, long atomId)
    {
        (byte[] hash, long size) = connection.QuerySingle<(byte[], long)>("SELECT Hash, SizeBytes FROM Atoms WHERE AtomId = @atomId", new { atomId });
        return Open(connection, packs, locate, outside, atomId, new ContentHash(hash), size);
    }

    /// <summary>Where a payload of the store's own lies now; null where it has none.</summary>
    public static StoredBlock? Locate(SqliteConnection connection, ContentHash hash) => connection.Query<StoredBlock>(
        """
        SELECT a.Hash, 0 AS ByteOffset, a.SizeBytes, coalesce(p.PackId, 0) AS PackId, coalesce(p.PackOffset, 0) AS PackOffset,
               coalesce(p.StoredBytes, 0) AS StoredBytes, coalesce(p.Codec, 0) AS Codec, a.Content
        FROM Atoms a LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId
        WHERE a.Hash = @hash AND (p.AtomId IS NOT NULL OR a.Content IS NOT NULL)
        """,
        new { hash }).Select(block => (StoredBlock?)block).SingleOrDefault();

    /// <summary>The blocks of an atom of the scope's, in order; the atom itself where it has a payload; nothing where the scope has none of it.</summary>
    public static IReadOnlyList<AtomBlock> ListBlocks(SqliteConnection connection, TenantScope scope, ContentHash hash) =>
        connection.Query<AtomBlock>(
            """
            WITH Atom AS (
                SELECT * FROM Atoms a
                WHERE Hash = @hash AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId)))
            SELECT Hash, 0 AS Offset, SizeBytes AS Length FROM Atom WHERE BlockCount = 0
            UNION ALL
            SELECT b.Hash, c.ByteOffset, b.SizeBytes
            FROM Atom a JOIN TensorAtomCoefficients c ON c.AtomId = a.AtomId JOIN Atoms b ON b.AtomId = c.BlockAtomId
            WHERE a.BlockCount > 0
            ORDER BY 2
            """,
            new { hash, scope.TenantId }).AsList();
}
