using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Lowers counts of atoms in the caller's transaction. Composed atoms that nothing refers to any more go at once: they have no payload of
/// their own and would come back with the next import. Their blocks, which may be composed themselves, are lowered in turn. Payloads stay,
/// at a count of zero.
/// </summary>
internal static class AtomRelease
{
    /// <summary>The table that says by how much each atom is lowered; the caller fills it, and finds the lowered payloads in it afterwards.</summary>
    public const string Prepare =
        """
        CREATE TEMP TABLE IF NOT EXISTS Lowered (AtomId INTEGER PRIMARY KEY, Times INTEGER NOT NULL);
        CREATE TEMP TABLE IF NOT EXISTS Gone (Id INTEGER PRIMARY KEY);
        DELETE FROM Lowered;
        DELETE FROM Gone;
        """;

    private const string Blocks =
        """
        UPDATE Atoms SET ReferenceCount = ReferenceCount - l.Times
        FROM (SELECT c.BlockAtomId AS AtomId, count(*) AS Times FROM TensorAtomCoefficients c JOIN Gone g ON g.Id = c.AtomId GROUP BY c.BlockAtomId) l
        WHERE Atoms.AtomId = l.AtomId;
        INSERT INTO Lowered
            SELECT c.BlockAtomId, count(*) FROM TensorAtomCoefficients c JOIN Gone g ON g.Id = c.AtomId WHERE true GROUP BY c.BlockAtomId
            ON CONFLICT (AtomId) DO UPDATE SET Times = Times + excluded.Times;
        DELETE FROM TensorAtomCoefficients WHERE AtomId IN (SELECT Id FROM Gone);
        DELETE FROM Atoms WHERE AtomId IN (SELECT Id FROM Gone);
        """;

    /// <summary>Lowers the counts of the atoms in <c>Lowered</c>.</summary>
    public static void Run(SqliteConnection connection)
    {
        connection.Execute("UPDATE Atoms SET ReferenceCount = ReferenceCount - l.Times FROM Lowered l WHERE Atoms.AtomId = l.AtomId");
        while (FindGone(connection))
        {
            connection.Execute(Blocks);
        }
    }

    private static bool FindGone(SqliteConnection connection)
    {
        connection.Execute(
            """
            DELETE FROM Gone;
            INSERT INTO Gone SELECT a.AtomId FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId WHERE a.ReferenceCount = 0 AND a.BlockCount > 0;
            DELETE FROM Lowered WHERE AtomId IN (SELECT Id FROM Gone);
            """);
        return connection.ExecuteScalar<long>("SELECT count(*) FROM Gone") > 0;
    }

    /// <summary>The payloads among the lowered atoms that nothing refers to any more, and their bytes.</summary>
    public static (long Atoms, long Bytes) CountReleased(SqliteConnection connection) => connection.QuerySingle<(long, long)>(
        """
        SELECT count(*), coalesce(sum(coalesce(p.StoredBytes, length(a.Content))), 0)
        FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId
        WHERE a.ReferenceCount = 0 AND (p.AtomId IS NOT NULL OR a.Content IS NOT NULL)
        """);
}
