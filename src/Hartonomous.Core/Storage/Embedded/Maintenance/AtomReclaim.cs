using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// Deletes atoms that nothing refers to, in two steps, each in short transactions. First they are condemned: importers no longer count them
/// as stored. Then those go that no living session can have found stored before; the others wait for a later run.
/// </summary>
internal sealed class AtomReclaim(StoreDatabase database, PackFolder packs, Deadline deadline)
{
    private const int BatchAtoms = 4096;

    // An atom that a delta is relative to is in use, whatever its count.
    private const string Unused = "a.ReferenceCount = 0 AND NOT EXISTS (SELECT 1 FROM AtomPayloads d WHERE d.BaseAtomId = a.AtomId)";

    /// <summary>Atoms deleted.</summary>
    public long Atoms { get; private set; }

    /// <summary>Bytes of their payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is unused, and how much of it sessions at work hold.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="packs">The locks.</param>
    public static (long Atoms, long Bytes, long HeldAtoms, long HeldBytes) Measure(SqliteConnection connection, PackFolder packs)
    {
        long oldest = IngestLease.OldestAlive(connection, packs, forget: false) ?? long.MaxValue;
        return connection.QuerySingle<(long, long, long, long)>(
            $"""
            SELECT count(*) FILTER (WHERE NOT u.IsHeld), coalesce(sum(u.Bytes) FILTER (WHERE NOT u.IsHeld), 0),
                   count(*) FILTER (WHERE u.IsHeld), coalesce(sum(u.Bytes) FILTER (WHERE u.IsHeld), 0)
            FROM (SELECT coalesce(p.StoredBytes, length(a.Content), 0) AS Bytes, coalesce(c.Epoch, @latest) >= @oldest AS IsHeld
                  FROM Atoms a LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId LEFT JOIN CondemnedAtoms c ON c.AtomId = a.AtomId
                  WHERE {Unused}) u
            """,
            new { latest = IngestLease.LatestNumber(connection), oldest });
    }

    /// <summary>Condemns and deletes until nothing is left that may go. Composed atoms go first, and leave their blocks unused.</summary>
    public void Run()
    {
        long before;
        do
        {
            before = Atoms;
            Condemn();
            Delete();
        }
        while (Atoms > before && deadline.Allows());
    }

    private void Condemn()
    {
        for (long last = 0; deadline.Allows();)
        {
            List<long> batch = database.Write(connection => connection.Query<long>(
                $"""
                INSERT INTO CondemnedAtoms (AtomId, Epoch)
                SELECT a.AtomId, @latest FROM Atoms a
                WHERE {Unused} AND a.AtomId > @last AND NOT EXISTS (SELECT 1 FROM CondemnedAtoms c WHERE c.AtomId = a.AtomId)
                ORDER BY a.AtomId LIMIT {BatchAtoms}
                RETURNING AtomId
                """,
                new { latest = IngestLease.LatestNumber(connection), last }).AsList());
            if (batch.Count == 0)
            {
                return;
            }

            last = batch.Max();
            deadline.GiveWay();
        }
    }

    private void Delete()
    {
        while (deadline.Allows())
        {
            (long atoms, long bytes) = database.Write(DeleteBatch);
            if (atoms == 0)
            {
                return;
            }

            Atoms += atoms;
            Bytes += bytes;
            deadline.GiveWay();
        }
    }

    private (long Atoms, long Bytes) DeleteBatch(SqliteConnection connection)
    {
        long oldest = IngestLease.OldestAlive(connection, packs, forget: true) ?? long.MaxValue;
        AtomDeletion.Begin(connection);
        connection.Execute(
            $"""
            INSERT INTO temp.Doomed
            SELECT c.AtomId FROM CondemnedAtoms c JOIN Atoms a ON a.AtomId = c.AtomId
            WHERE c.Epoch < @oldest AND {Unused} LIMIT {BatchAtoms}
            """,
            new { oldest });
        (long, long) figures = connection.QuerySingle<(long, long)>(
            """
            SELECT count(*), coalesce(sum(coalesce(p.StoredBytes, length(a.Content))), 0)
            FROM temp.Doomed d JOIN Atoms a ON a.AtomId = d.AtomId LEFT JOIN AtomPayloads p ON p.AtomId = d.AtomId
            """);
        AtomDeletion.Delete(connection);
        return figures;
    }
}
