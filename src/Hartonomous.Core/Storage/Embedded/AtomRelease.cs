using Dapper;
using Hartonomous.Core.Storage.Embedded.Maintenance;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Lowers counts of atoms in the caller's transaction. Composed atoms that nothing refers to any more go at once: they have no payload of
/// their own and would come back with the next import. Their blocks, which may be composed themselves, are lowered in turn. Payloads stay,
/// at a count of zero: a session may have found them stored.
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

    /// <summary>Lowers the counts of the atoms in <c>Lowered</c>.</summary>
    public static void Run(SqliteConnection connection)
    {
        connection.Execute("UPDATE Atoms SET ReferenceCount = ReferenceCount - l.Times FROM Lowered l WHERE Atoms.AtomId = l.AtomId");
        while (FindGone(connection))
        {
            AtomDeletion.Delete(connection);
        }
    }

    /// <summary>Lists the composed atoms that go next, and notes by how much their deletion lowers their blocks.</summary>
    private static bool FindGone(SqliteConnection connection)
    {
        AtomDeletion.Begin(connection);
        connection.Execute(
            """
            INSERT INTO temp.Doomed SELECT a.AtomId FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId WHERE a.ReferenceCount = 0 AND a.BlockCount > 0;
            DELETE FROM Lowered WHERE AtomId IN (SELECT AtomId FROM temp.Doomed);
            INSERT INTO Lowered
                SELECT c.BlockAtomId, count(*) FROM TensorAtomCoefficients c JOIN temp.Doomed d ON d.AtomId = c.AtomId WHERE true GROUP BY c.BlockAtomId
                ON CONFLICT (AtomId) DO UPDATE SET Times = Times + excluded.Times;
            """);
        return connection.ExecuteScalar<long>("SELECT count(*) FROM temp.Doomed") > 0;
    }

    /// <summary>The payloads among the lowered atoms that nothing refers to any more, and their bytes.</summary>
    public static (long Atoms, long Bytes) CountReleased(SqliteConnection connection) => connection.QuerySingle<(long, long)>(
        """
        SELECT count(*), coalesce(sum(coalesce(p.StoredBytes, length(a.Content))), 0)
        FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId
        WHERE a.ReferenceCount = 0 AND (p.AtomId IS NOT NULL OR a.Content IS NOT NULL)
        """);
}
