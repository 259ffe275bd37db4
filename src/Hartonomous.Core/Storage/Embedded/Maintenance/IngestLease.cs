using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// Says that a session imports. What it finds stored is not reclaimed before it ends: an atom is condemned with the highest number given so
/// far, and goes only when no session of that number or below is alive.
/// </summary>
/// <remarks>
/// The lock is taken inside the transaction that makes the number known, so whoever sees the number and finds no lock knows that the session
/// has ended, killed or not.
/// </remarks>
internal sealed class IngestLease : IDisposable
{
    private readonly PackFolder _packs;
    private readonly FileStream _lock;

    private IngestLease(PackFolder packs, long sessionId, FileStream sessionLock)
    {
        _packs = packs;
        SessionId = sessionId;
        _lock = sessionLock;
    }

    /// <summary>Number of the session.</summary>
    public long SessionId { get; }

    /// <summary>Begins a session.</summary>
    public static IngestLease Begin(StoreDatabase database, PackFolder packs)
    {
        IngestLease? lease = null;
        try
        {
            return database.Write(connection =>
            {
                long sessionId = connection.QuerySingle<long>(
                    "INSERT INTO IngestSessions (StartedAt) VALUES (@now) RETURNING SessionId", new { now = StoreDatabase.Now() });
                FileStream sessionLock = packs.TryLock(NameOf(sessionId))
                    ?? throw new StoreException(
                        StoreErrorCodes.StoreBusy, NameOf(sessionId), "another process holds the lock of a session that has just begun");
                return lease = new IngestLease(packs, sessionId, sessionLock);
            });
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    /// <summary>The number of the oldest session that is alive, or null where there is none.</summary>
    /// <param name="connection">In a write transaction, where the numbers of sessions that have ended are to be forgotten.</param>
    /// <param name="packs">The locks.</param>
    /// <param name="forget">Whether they are.</param>
    public static long? OldestAlive(SqliteConnection connection, PackFolder packs, bool forget)
    {
        foreach (long sessionId in connection.Query<long>("SELECT SessionId FROM IngestSessions ORDER BY SessionId").AsList())
        {
            if (packs.IsLocked(NameOf(sessionId)))
            {
                return sessionId;
            }

            if (forget)
            {
                connection.Execute("DELETE FROM IngestSessions WHERE SessionId = @sessionId", new { sessionId });
                packs.DeleteLock(NameOf(sessionId));
            }
        }

        return null;
    }

    /// <summary>The highest number given so far: whoever begins later has a higher one.</summary>
    public static long LatestNumber(SqliteConnection connection) =>
        connection.ExecuteScalar<long?>("SELECT seq FROM sqlite_sequence WHERE name = 'IngestSessions'") ?? 0;

    public void Dispose()
    {
        _lock.Dispose();
        _packs.DeleteLock(NameOf(SessionId));
    }

    private static string NameOf(long sessionId) => $"session-{sessionId}";
}
