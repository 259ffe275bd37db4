using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// The one place where atoms are deleted. Whatever keeps rows of its own for an atom adds its table to <see cref="OwnedTables"/>; frames in
/// packs become waste, which a compaction gives back.
/// </summary>
internal static class AtomDeletion
{
    /// <summary>Tables whose rows of an atom, by AtomId, go with it.</summary>
    private static readonly string[] OwnedTables =
        ["AtomPayloads", "AtomSources", "Compositions", "CondemnedAtoms", "LostAtoms", "SVDComponents", "TensorScores"];

    /// <summary>Makes the empty list that <see cref="Delete"/> works off: the temporary table Doomed (AtomId).</summary>
    public static void Begin(SqliteConnection connection) => connection.Execute(
        "CREATE TEMP TABLE IF NOT EXISTS Doomed (AtomId INTEGER PRIMARY KEY); DELETE FROM temp.Doomed;");

    /// <summary>
    /// Deletes the atoms in Doomed, to which nothing may refer, and takes back the references of those that are composed to their blocks. In
    /// the caller's transaction.
    /// </summary>
    public static void Delete(SqliteConnection connection)
    {
        connection.Execute(
            """
            UPDATE Atoms SET ReferenceCount = ReferenceCount - l.Times
            FROM (SELECT c.BlockAtomId AS AtomId, count(*) AS Times
                  FROM TensorAtomCoefficients c JOIN temp.Doomed d ON d.AtomId = c.AtomId GROUP BY c.BlockAtomId) l
            WHERE Atoms.AtomId = l.AtomId;
            DELETE FROM TensorAtomCoefficients WHERE AtomId IN (SELECT AtomId FROM temp.Doomed);
            """);
        foreach (string table in OwnedTables)
        {
            connection.Execute($"DELETE FROM {table} WHERE AtomId IN (SELECT AtomId FROM temp.Doomed)");
        }

        connection.Execute("DELETE FROM Atoms WHERE AtomId IN (SELECT AtomId FROM temp.Doomed)");
    }
}
