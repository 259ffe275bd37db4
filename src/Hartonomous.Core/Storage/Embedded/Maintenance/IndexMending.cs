using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// Makes the database agree with what the packs hold, in the caller's transaction: payloads that are there are found again, those that are
/// not are noted as lost, counts are counted anew, and models whose rows are incomplete go.
/// </summary>
internal sealed class IndexMending(SqliteConnection connection, PackFolder packs, FrameCensus census)
{
    // A model whose rows are not all there, or whose files or tensors cannot be put together from rows.
    private const string BrokenModels =
        """
        WITH RECURSIVE BrokenTensors (AtomId) AS (
            SELECT a.AtomId FROM Atoms a
            WHERE a.BlockCount > 0 AND a.BlockCount <> (SELECT count(*) FROM TensorAtomCoefficients c WHERE c.AtomId = a.AtomId)
            UNION SELECT a.AtomId FROM Atoms a
            WHERE a.BlockCount > 0 AND NOT EXISTS (SELECT 1 FROM SVDComponents v WHERE v.AtomId = a.AtomId)
              AND a.SizeBytes <> (SELECT coalesce(sum(b.SizeBytes), 0)
                                  FROM TensorAtomCoefficients c JOIN Atoms b ON b.AtomId = c.BlockAtomId WHERE c.AtomId = a.AtomId)
            UNION SELECT c.AtomId FROM BrokenTensors b JOIN TensorAtomCoefficients c ON c.BlockAtomId = b.AtomId),
        BrokenRecipes AS (
            SELECT r.RecipeId FROM Recipes r
            WHERE r.SizeBytes <> (SELECT coalesce(sum(s.SizeBytes), 0) FROM RecipeSegments s WHERE s.RecipeId = r.RecipeId)
            UNION SELECT s.RecipeId FROM RecipeSegments s JOIN BrokenTensors b ON b.AtomId = s.AtomId)
        SELECT m.ModelId, m.Name FROM Models m
        WHERE m.TensorCount <> (SELECT count(*) FROM TensorAtoms t WHERE t.ModelId = m.ModelId)
           OR m.SizeBytes <> (SELECT coalesce(sum(r.SizeBytes), 0) FROM ModelFiles f JOIN Recipes r ON r.RecipeId = f.RecipeId WHERE f.ModelId = m.ModelId)
           OR m.ModelId IN (SELECT f.ModelId FROM ModelFiles f JOIN BrokenRecipes b ON b.RecipeId = f.RecipeId)
           OR m.ModelId IN (SELECT t.ModelId FROM TensorAtoms t JOIN BrokenTensors b ON b.AtomId = t.AtomId)
        ORDER BY m.Name
        """;

    private readonly string _now = StoreDatabase.Now();

    /// <summary>Entries of the payload index that were put right.</summary>
    public long Restored { get; private set; }

    /// <summary>Atoms entered because the packs have them.</summary>
    public long Added { get; private set; }

    /// <summary>Counts put right.</summary>
    public long Corrected { get; private set; }

    /// <summary>Models that went.</summary>
    public IReadOnlyList<string> LostModels { get; private set; } = [];

    /// <summary>Does it.</summary>
    /// <param name="isNew">Whether the database was made anew, so that atoms it does not know are entered.</param>
    public void Run(bool isNew)
    {
        AddTenants();
        if (isNew)
        {
            DeleteOrphans();
        }

        MendPacks(isNew);
        MendPayloads();
        MendInlinePayloads();
        AddPayloads(isNew);
        if (isNew)
        {
            RemoveBrokenModels();

            // What tensors own goes with them where foreign keys are held, which they are not here.
            connection.Execute(
                """
                DELETE FROM TensorScores WHERE TensorAtomId NOT IN (SELECT TensorAtomId FROM TensorAtoms);
                DELETE FROM PrunedTensors WHERE TensorAtomId NOT IN (SELECT TensorAtomId FROM TensorAtoms);
                """);
        }

        // Tensors that nobody names any more go once the counts are right, and lower them.
        CountReferences();
        RemoveUnnamedTensors();
        NoteMissing();
        RecordTenantAtoms();
    }

    /// <summary>What is lost by now, and who needs it.</summary>
    public static IReadOnlyList<LostContent> ListLost(SqliteConnection connection) =>
    [
        .. connection.Query<(long AtomId, byte[] Hash, long SizeBytes, string Reason)>(
            """
            SELECT l.AtomId, a.Hash, a.SizeBytes, l.Reason FROM LostAtoms l JOIN Atoms a ON a.AtomId = l.AtomId
            WHERE a.ReferenceCount > 0 ORDER BY l.AtomId
            """).AsList().Select(lost => new LostContent(
                new ContentHash(lost.Hash),
                lost.SizeBytes,
                lost.Reason,
                connection.Query<string>(
                    """
                    SELECT m.Name FROM LostTensors t JOIN Models m ON m.ModelId = t.ModelId WHERE t.AtomId = @AtomId
                    UNION SELECT m.Name FROM RecipeSegments s JOIN ModelFiles f ON f.RecipeId = s.RecipeId JOIN Models m ON m.ModelId = f.ModelId
                    WHERE s.AtomId = @AtomId
                    ORDER BY 1
                    """,
                    new { lost.AtomId }).AsList(),
                connection.Query<string>(
                    """
                    SELECT DISTINCT m.Name || ': ' || t.Name FROM LostTensors l JOIN TensorAtoms t ON t.TensorAtomId = l.TensorAtomId
                    JOIN Models m ON m.ModelId = t.ModelId WHERE l.AtomId = @AtomId ORDER BY 1
                    """,
                    new { lost.AtomId }).AsList())),
    ];

    /// <summary>Enters tenants that own something and are not there, under a name of their own.</summary>
    private void AddTenants() => connection.Execute(
        """
        INSERT OR IGNORE INTO Tenants (TenantId, Name, CreatedAt)
        SELECT TenantId, CASE TenantId WHEN 1 THEN 'default' ELSE 'tenant ' || TenantId END, @_now
        FROM (SELECT TenantId FROM Models UNION SELECT TenantId FROM IngestionJobs)
        """,
        new { _now });

    /// <summary>Takes out small payloads that are not what their hash says.</summary>
    private void MendInlinePayloads()
    {
        foreach ((long atomId, byte[] hash, byte[] content) in connection.Query<(long, byte[], byte[])>(
            "SELECT AtomId, Hash, Content FROM Atoms WHERE Content IS NOT NULL").AsList())
        {
            ContentHash known = new(hash);
            if (ContentHash.Of(content) == known)
            {
                continue;
            }

            connection.Execute("UPDATE Atoms SET Content = NULL WHERE AtomId = @atomId", new { atomId });
            if (!census.Contents.ContainsKey(known))
            {
                NoteLost(atomId, "its payload in the database is damaged");
            }
        }
    }

    /// <summary>Records anew which atoms each tenant reaches, and how many they are.</summary>
    private void RecordTenantAtoms() => connection.Execute(
        $"""
        INSERT OR IGNORE INTO TenantNumbers (TenantId) SELECT max(TenantId) FROM Tenants;
        DELETE FROM TenantAtoms;
        INSERT INTO TenantAtoms (TenantId, AtomId)
        {TenantAccount.Reached}
        SELECT TenantId, AtomId FROM Reached;
        UPDATE Tenants SET
            AtomCount = (SELECT count(*) FROM TenantAtoms t JOIN Atoms a ON a.AtomId = t.AtomId
                         WHERE t.TenantId = Tenants.TenantId AND a.BlockCount = 0),
            ByteCount = (SELECT coalesce(sum(a.SizeBytes), 0) FROM TenantAtoms t JOIN Atoms a ON a.AtomId = t.AtomId
                         WHERE t.TenantId = Tenants.TenantId AND a.BlockCount = 0);
        """);

    /// <summary>Deletes rows that refer to rows that are not there, until there are none.</summary>
    private void DeleteOrphans()
    {
        List<(string Table, string Column, string Parent, string ParentColumn)> keys =
        [
            .. connection.Query<(string, string, string, string)>(
                """
                SELECT t.name, f."from", f."table", f."to" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
                """),
        ];
        long deleted;
        do
        {
            deleted = keys.Sum(key => connection.Execute(
                $"DELETE FROM {key.Table} WHERE {key.Column} IS NOT NULL AND {key.Column} NOT IN (SELECT {key.ParentColumn} FROM {key.Parent})"));
        }
        while (deleted > 0);
    }

    private void MendPacks(bool isNew)
    {
        foreach ((long packId, long end) in census.WholeEnds)
        {
            // A row made here is sealed: what lies behind its last whole frame is nobody's.
            connection.Execute(
                """
                INSERT INTO Packs (PackId, CommittedBytes, IsSealed) VALUES (@packId, @end, 1)
                ON CONFLICT (PackId) DO UPDATE SET CommittedBytes = max(CommittedBytes, excluded.CommittedBytes) WHERE @isNew
                """,
                new { packId, end, isNew });
        }
    }

    /// <summary>Holds each entry of the index against the frame it leads to. Entries made after the packs were read are left alone.</summary>
    private void MendPayloads()
    {
        foreach (Entry entry in connection.Query<Entry>(
            """
            SELECT p.AtomId, a.Hash, a.SizeBytes, p.PackId, p.PackOffset, p.StoredBytes, p.Codec
            FROM AtomPayloads p JOIN Atoms a ON a.AtomId = p.AtomId
            """).AsList())
        {
            bool isKnownPack = census.Ends.TryGetValue(entry.PackId, out long end);
            if (isKnownPack ? entry.PackOffset >= end && !census.Damaged.Contains(entry.PackId) : File.Exists(packs.PathOf(entry.PackId)))
            {
                continue;
            }

            if (census.At(entry.PackId, entry.PackOffset) is { } frame && frame.Hash == entry.Hash && frame.StoredBytes == entry.StoredBytes &&
                frame.ContentBytes == entry.SizeBytes && frame.Codec == entry.Codec)
            {
                continue;
            }

            connection.Execute("DELETE FROM AtomPayloads WHERE AtomId = @AtomId", new { entry.AtomId });
            if (!census.Contents.ContainsKey(entry.Hash))
            {
                NoteLost(entry.AtomId, isKnownPack ? $"its frame at {entry.PackOffset} in pack {entry.PackId} is damaged" : $"pack {entry.PackId} is missing");
            }
        }

        // A pack that is not there has nothing left to lead to.
        List<long> listed = connection.Query<long>("SELECT PackId FROM Packs WHERE CommittedBytes > 0").AsList();
        foreach (long packId in listed.Where(id => !File.Exists(packs.PathOf(id))))
        {
            connection.Execute("UPDATE Packs SET CommittedBytes = 0, IsSealed = 1 WHERE PackId = @packId", new { packId });
        }
    }

    private void AddPayloads(bool isNew)
    {
        foreach (WholeFrame frame in census.Contents.Values.OrderBy(frame => frame.PackId).ThenBy(frame => frame.Offset))
        {
            if (isNew)
            {
                Added += connection.Execute(
                    """
                    INSERT INTO Atoms (Hash, SizeBytes, FirstSeenAt, LastAccessedAt) VALUES (@Hash, @ContentBytes, @_now, @_now)
                    ON CONFLICT (Hash) DO NOTHING
                    """,
                    new { frame.Hash, frame.ContentBytes, _now });
            }

            Restored += connection.Execute(
                """
                INSERT INTO AtomPayloads (AtomId, PackId, PackOffset, StoredBytes, Codec)
                SELECT AtomId, @PackId, @Offset, @StoredBytes, @Codec FROM Atoms a
                WHERE Hash = @Hash AND SizeBytes = @ContentBytes AND BlockCount = 0 AND Content IS NULL
                  AND NOT EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.AtomId = a.AtomId)
                """,
                new { frame.Hash, frame.PackId, frame.Offset, frame.StoredBytes, frame.Codec, frame.ContentBytes });
        }
    }

    private void RemoveBrokenModels()
    {
        List<(long ModelId, string Name)> broken = connection.Query<(long, string)>(BrokenModels).AsList();
        foreach ((long modelId, _) in broken)
        {
            connection.Execute(
                """
                DELETE FROM TensorAtoms WHERE ModelId = @modelId;
                DELETE FROM ModelFiles WHERE ModelId = @modelId;
                DELETE FROM Models WHERE ModelId = @modelId;
                """,
                new { modelId });
        }

        LostModels = [.. broken.Select(model => model.Name)];
        connection.Execute(
            """
            DELETE FROM RecipeSegments WHERE RecipeId NOT IN (SELECT RecipeId FROM ModelFiles);
            DELETE FROM Recipes WHERE RecipeId NOT IN (SELECT RecipeId FROM ModelFiles);
            """);
    }

    private void RemoveUnnamedTensors()
    {
        do
        {
            AtomDeletion.Begin(connection);
            connection.Execute("INSERT INTO temp.Doomed SELECT AtomId FROM Atoms WHERE BlockCount > 0 AND ReferenceCount = 0");
            AtomDeletion.Delete(connection);
        }
        while (connection.ExecuteScalar<long>("SELECT count(*) FROM temp.Doomed") > 0);
    }

    private void CountReferences()
    {
        Corrected += connection.Execute(
            """
            UPDATE Recipes SET ReferenceCount = (SELECT count(*) FROM ModelFiles f WHERE f.RecipeId = Recipes.RecipeId)
            WHERE ReferenceCount <> (SELECT count(*) FROM ModelFiles f WHERE f.RecipeId = Recipes.RecipeId)
            """);
        connection.Execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS Counted (AtomId INTEGER PRIMARY KEY, Times INTEGER NOT NULL);
            DELETE FROM temp.Counted;
            INSERT INTO temp.Counted
                SELECT AtomId, count(*) FROM (
                    SELECT AtomId FROM TensorAtoms
                    UNION ALL SELECT AtomId FROM TensorFactors
                    UNION ALL SELECT BlockAtomId FROM TensorAtomCoefficients
                    UNION ALL SELECT AtomId FROM RecipeSegments WHERE AtomId IS NOT NULL
                    UNION ALL SELECT AtomId FROM IngestionJobTensors)
                GROUP BY AtomId
            """);
        Corrected += connection.Execute(
            """
            UPDATE Atoms SET ReferenceCount = coalesce((SELECT Times FROM temp.Counted c WHERE c.AtomId = Atoms.AtomId), 0)
            WHERE ReferenceCount <> coalesce((SELECT Times FROM temp.Counted c WHERE c.AtomId = Atoms.AtomId), 0)
            """);
    }

    /// <summary>Notes the atoms that have neither payload nor blocks and were not noted yet.</summary>
    private void NoteMissing() => connection.Execute(
        """
        INSERT INTO LostAtoms (AtomId, Reason, LostAt)
        SELECT a.AtomId, 'no pack holds it', @_now FROM Atoms a
        WHERE a.BlockCount = 0 AND a.SizeBytes > 0 AND a.Content IS NULL AND NOT EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.AtomId = a.AtomId)
          AND NOT EXISTS (SELECT 1 FROM AtomSources s WHERE s.AtomId = a.AtomId)
        ON CONFLICT (AtomId) DO NOTHING
        """,
        new { _now });

    private void NoteLost(long atomId, string reason) => connection.Execute(
        "INSERT INTO LostAtoms (AtomId, Reason, LostAt) VALUES (@atomId, @reason, @_now) ON CONFLICT (AtomId) DO UPDATE SET Reason = excluded.Reason",
        new { atomId, reason, _now });

    private sealed record Entry
    {
        public required long AtomId { get; init; }

        public required ContentHash Hash { get; init; }

        public required long SizeBytes { get; init; }

        public required long PackId { get; init; }

        public required long PackOffset { get; init; }

        public required long StoredBytes { get; init; }

        public required int Codec { get; init; }
    }
}
