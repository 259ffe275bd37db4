using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Writes the rows of one chunk of a job, in the transaction of its commit.</summary>
internal sealed class ChunkWriter(SqliteConnection connection, long tenantId) : IDisposable
{
    private readonly string _now = StoreDatabase.Now();
    private SqliteCommand? _find;

    /// <summary>Makes the frames written to a pack count.</summary>
    public static void RaisePack(SqliteConnection connection, long packId, long length, bool isSealed) => connection.Execute(
        "UPDATE Packs SET CommittedBytes = @length, IsSealed = @isSealed WHERE PackId = @packId", new { packId, length, isSealed });

    /// <summary>
    /// Indexes payloads, and takes them off the list of those to be reclaimed. One that another process has brought in meanwhile keeps that
    /// process's frame; ours stays in the pack as waste that an optimization reclaims.
    /// </summary>
    /// <returns>How many atoms are new, and their bytes.</returns>
    public (long Atoms, long Bytes) InsertPayloads(IReadOnlyDictionary<ContentHash, StagedPayload> payloads)
    {
        using SqliteCommand atom = Command(
            """
            INSERT INTO Atoms (Hash, SizeBytes, FirstSeenAt, LastAccessedAt, Content) VALUES ($hash, $size, $now, $now, $content)
            ON CONFLICT (Hash) DO NOTHING
            """,
            "$hash", "$size", "$now", "$content");
        using SqliteCommand payload = Command(
            """
            INSERT INTO AtomPayloads (AtomId, PackId, PackOffset, StoredBytes)
            SELECT AtomId, $pack, $offset, $size FROM Atoms WHERE Hash = $hash AND BlockCount = 0 AND Content IS NULL
            ON CONFLICT (AtomId) DO NOTHING
            """,
            "$hash", "$pack", "$offset", "$size");
        using SqliteCommand pardon = Command("DELETE FROM CondemnedAtoms WHERE AtomId = (SELECT AtomId FROM Atoms WHERE Hash = $hash)", "$hash");
        using SqliteCommand heal = Command(
            """
            UPDATE Atoms SET Content = $content
            WHERE Hash = $hash AND BlockCount = 0 AND Content IS NULL AND NOT EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.AtomId = Atoms.AtomId)
            """,
            "$content", "$hash");
        long atoms = 0;
        long bytes = 0;

        // In the order of the packs, so that the table's order is that of the disk.
        foreach ((ContentHash hash, StagedPayload staged) in payloads.OrderBy(entry => entry.Value.PackId).ThenBy(entry => entry.Value.PackOffset))
        {
            byte[] key = hash.ToArray();
            int inserted = Run(atom, key, staged.SizeBytes, _now, (object?)staged.Content ?? DBNull.Value);
            if (inserted == 0)
            {
                // Written again because it was about to be reclaimed, or was lost: from here on this session needs it.
                Run(pardon, key);
                if (staged.Content is { } content)
                {
                    inserted = Run(heal, content, key);
                }
            }

            if (staged.PackOffset >= 0)
            {
                inserted = Run(payload, key, staged.PackId, staged.PackOffset, staged.SizeBytes);
            }

            atoms += inserted;
            bytes += inserted * staged.SizeBytes;
        }

        return (atoms, bytes);
    }

    /// <summary>Records a tensor as done by a job, and how it is composed where the store does not know it yet.</summary>
    public void InsertTensor(long jobId, int number, IngestedTensor tensor)
    {
        long atomId = Compose(tensor);
        TenantAccount.Charge(connection, tenantId, atomId);
        int added = connection.Execute(
            "INSERT INTO IngestionJobTensors (JobId, Ordinal, AtomId) VALUES (@jobId, @number, @atomId) ON CONFLICT DO NOTHING",
            new { jobId, number, atomId });
        connection.Execute(
            "UPDATE Atoms SET ReferenceCount = ReferenceCount + @added, LastAccessedAt = @_now WHERE AtomId = @atomId",
            new { added, _now, atomId });
    }

    /// <summary>The key of a content whose payloads are all there; how it is composed is recorded where the store does not know it yet.</summary>
    public long Compose(IngestedTensor tensor) => tensor.Blocks.Count == 0 ? FindAtom(tensor.Hash) : FindOrCompose(tensor);

    public void Dispose() => _find?.Dispose();

    private long FindOrCompose(IngestedTensor tensor)
    {
        long? known = connection.ExecuteScalar<long?>("SELECT AtomId FROM Atoms WHERE Hash = @Hash", new { tensor.Hash });
        if (known is not null)
        {
            return known.Value;
        }

        long atomId = connection.QuerySingle<long>(
            """
            INSERT INTO Atoms (Hash, SizeBytes, BlockCount, FirstSeenAt, LastAccessedAt) VALUES (@Hash, @SizeBytes, @Count, @_now, @_now)
            RETURNING AtomId
            """,
            new { tensor.Hash, tensor.SizeBytes, tensor.Blocks.Count, _now });
        using SqliteCommand coefficient = Command(
            """
            INSERT INTO TensorAtomCoefficients (AtomId, Ordinal, BlockAtomId, ByteOffset, PositionX, PositionY, PositionZ)
            VALUES ($atom, $ordinal, $block, $offset, $x, $y, $z)
            """,
            "$atom", "$ordinal", "$block", "$offset", "$x", "$y", "$z");

        // Cut finely, a tensor has few distinct blocks many times over: each is looked up and counted once.
        Dictionary<ContentHash, (long AtomId, long Times)> blocks = [];
        using CompositionChecksum checksum = new();
        foreach (BlockPlacement block in tensor.Blocks)
        {
            checksum.Append(block.Ordinal, block.ByteOffset, block.X, block.Y, block.Z, block.Block.ToArray());
            (long blockId, long times) = blocks.TryGetValue(block.Block, out (long, long) met) ? met : (FindAtom(block.Block), 0);
            blocks[block.Block] = (blockId, times + 1);
            Run(coefficient, atomId, block.Ordinal, blockId, block.ByteOffset, block.X, block.Y, block.Z);
        }

        using SqliteCommand count = Command("UPDATE Atoms SET ReferenceCount = ReferenceCount + $times WHERE AtomId = $atom", "$times", "$atom");
        foreach ((long blockId, long times) in blocks.Values)
        {
            Run(count, times, blockId);
        }

        connection.Execute("INSERT INTO Compositions (AtomId, Checksum) VALUES (@atomId, @checksum)", new { atomId, checksum = checksum.Finish() });
        return atomId;
    }

    private long FindAtom(ContentHash hash)
    {
        _find ??= Command("SELECT AtomId FROM Atoms WHERE Hash = $hash", "$hash");
        _find.Parameters[0].Value = hash.ToArray();
        return _find.ExecuteScalar() as long?
            ?? throw new StoreException(StoreErrorCodes.ContentRemoved, hash.ToString(), "the atom was removed while a job was about to refer to it");
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command.ExecuteNonQuery();
    }
}
