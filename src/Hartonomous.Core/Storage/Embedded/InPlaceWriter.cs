using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Records where the contents of a chunk lie outside the store, in the transaction of its commit.</summary>
internal static class InPlaceWriter
{
    /// <summary>Records the places. Contents that have a payload, also one of this very chunk, keep it alone.</summary>
    public static void Insert(SqliteConnection connection, IReadOnlyDictionary<ContentHash, StagedPlace> places)
    {
        string now = StoreDatabase.Now();
        Dictionary<SourceFile, long> files = [];
        foreach ((ContentHash hash, StagedPlace place) in places.OrderBy(entry => entry.Value.Offset))
        {
            long atomId = connection.ExecuteScalar<long?>(
                """
                INSERT INTO Atoms (Hash, SizeBytes, FirstSeenAt, LastAccessedAt) VALUES (@hash, @SizeBytes, @now, @now)
                ON CONFLICT DO NOTHING RETURNING AtomId
                """,
                new { hash, place.SizeBytes, now })
                ?? connection.QuerySingle<long>("SELECT AtomId FROM Atoms WHERE Hash = @hash", new { hash });
            connection.Execute("DELETE FROM CondemnedAtoms WHERE AtomId = @atomId", new { atomId });
            if (connection.ExecuteScalar<long?>(
                """
                SELECT 1 FROM Atoms a
                WHERE AtomId = @atomId AND (Content IS NOT NULL OR BlockCount > 0 OR EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.AtomId = a.AtomId))
                """,
                new { atomId }) is not null)
            {
                continue;
            }

            if (!files.TryGetValue(place.File, out long fileId))
            {
                files[place.File] = fileId = FindOrAddFile(connection, place.File);
            }

            connection.Execute(
                """
                INSERT INTO AtomSources (AtomId, SourceFileId, FileOffset, StoredBytes) VALUES (@atomId, @fileId, @Offset, @SizeBytes)
                ON CONFLICT DO NOTHING
                """,
                new { atomId, fileId, place.Offset, place.SizeBytes });
        }
    }

    private static long FindOrAddFile(SqliteConnection connection, SourceFile file)
    {
        var key = new { file.Path, file.SizeBytes, ticks = file.LastWriteTimeUtc.Ticks };
        connection.Execute(
            "INSERT INTO SourceFiles (Path, SizeBytes, ModifiedAt) VALUES (@Path, @SizeBytes, @ticks) ON CONFLICT DO NOTHING", key);
        return connection.QuerySingle<long>(
            "SELECT SourceFileId FROM SourceFiles WHERE Path = @Path AND SizeBytes = @SizeBytes AND ModifiedAt = @ticks", key);
    }
}
