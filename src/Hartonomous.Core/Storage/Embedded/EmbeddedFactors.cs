using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded.Maintenance;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The factors of an embedded store. Payloads go to a pack and are flushed before the transaction that indexes them.</summary>
internal sealed class EmbeddedFactors(StoreDatabase database, PackFolder packs, TenantScope scope) : IFactorStore
{
    /// <summary>Size of the blocks that factors are cut into.</summary>
    private const int BlockBytes = 1 << 20;

    private const string OfScope = "(@TenantId IS NULL OR m.TenantId = @TenantId)";

    /// <inheritdoc/>
    public void Put(long tensorAtomId, TensorFactors factors)
    {
        ArgumentNullException.ThrowIfNull(factors);
        Dictionary<ContentHash, byte[]> contents = [];
        IngestedTensor left = Cut(factors.Left, contents);
        IngestedTensor right = Cut(factors.Right, contents);
        List<BlockPlacement> parts = [Part(0, left.Hash, left.SizeBytes), Part(1, right.Hash, right.SizeBytes)];
        if (factors.Base is { } baseHash)
        {
            parts.Add(Part(2, baseHash, 0));
        }

        Write(contents, (connection, chunk) =>
        {
            (long tenantId, byte[] hash, string dtype, long size) = connection.QuerySingleOrDefault<(long, byte[], string, long)>(
                $"""
                SELECT m.TenantId, a.Hash, t.Dtype, t.SizeBytes
                FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
                WHERE t.TensorAtomId = @tensorAtomId AND {OfScope}
                """,
                new { tensorAtomId, scope.TenantId });
            if (tenantId == 0)
            {
                throw new StoreException(StoreErrorCodes.TensorNotFound, $"tensor {tensorAtomId}", "no such tensor is stored");
            }

            TenantUse before = TenantAccount.Read(connection, tenantId);
            chunk.Compose(left);
            chunk.Compose(right);
            bool isNew = connection.ExecuteScalar<long>("SELECT count(*) FROM Atoms WHERE Hash = @Content", new { factors.Content }) == 0;
            long atomId = chunk.Compose(new IngestedTensor(factors.Content, factors.Layout.SizeBytes, parts));
            if (isNew)
            {
                connection.Execute(
                    """
                    INSERT INTO SVDComponents (AtomId, Dtype, RowCount, ColumnCount, Rank, FactorDtype, BaseDtype)
                    VALUES (@atomId, @dtype, @Rows, @Columns, @Rank, @factorDtype, @baseDtype)
                    """,
                    Parameters(atomId, factors.Layout));
            }

            // Held meanwhile: it may be the very atom whose last reference is taken away.
            Hold(connection, atomId, 1);
            Release(connection, tenantId, tensorAtomId);
            Hold(connection, atomId, -1);
            Refer(connection, tenantId, atomId, new StoredFactors
            {
                TensorAtomId = tensorAtomId,
                Tensor = string.Empty,
                Layout = factors.Layout,
                Content = factors.Content,
                FactorBytes = left.SizeBytes + right.SizeBytes,
                OriginalHash = new ContentHash(hash),
                OriginalDtype = Enum.Parse<TensorDtype>(dtype),
                OriginalBytes = size,
                IsDropped = false,
                Figures = factors.Figures,
            });
            TenantAccount.Check(connection, tenantId, before, []);
            return 0L;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFactors> List(long modelId)
    {
        using SqliteConnection connection = database.Connect();
        return [.. connection.Query<FactorRow>(
            $"{FactorRow.Columns} WHERE t.ModelId = @modelId AND {OfScope} ORDER BY t.Ordinal", new { modelId, scope.TenantId })
            .Select(row => row.ToFactors())];
    }

    /// <inheritdoc/>
    public long Record(IngestedModel model, IReadOnlyDictionary<ContentHash, byte[]> headers, IReadOnlyDictionary<int, StoredFactors> rebuilt)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rebuilt);
        return Write(headers, (connection, _) =>
        {
            TenantUse before = TenantAccount.Read(connection, scope.Required);
            if (model.Replaces is { } replaced)
            {
                // It goes at the end: what both have is never without a reference.
                connection.Execute("UPDATE Models SET Name = @name WHERE ModelId = @replaced", new { replaced, name = $"{model.Name}\n{Guid.NewGuid():N}" });
            }

            long modelId = ModelRecorder.Record(connection, scope, model with { Replaces = null });
            long[] tensors = [.. connection.Query<long>("SELECT TensorAtomId FROM TensorAtoms WHERE ModelId = @modelId ORDER BY Ordinal", new { modelId })];
            foreach ((int number, StoredFactors factors) in rebuilt)
            {
                long atomId = connection.QuerySingleOrDefault<long?>("SELECT AtomId FROM Atoms WHERE Hash = @Content", new { factors.Content })
                    ?? throw new StoreException(StoreErrorCodes.ContentRemoved, factors.Tensor, "its factors were removed meanwhile; compress it again");
                Refer(connection, scope.Required, atomId, factors with { TensorAtomId = tensors[number] });
            }

            if (model.Replaces is { } old)
            {
                ModelRemoval.Remove(connection, scope, old);
            }

            TenantAccount.Check(connection, scope.Required, before, []);
            return modelId;
        });
    }

    private static BlockPlacement Part(int ordinal, ContentHash hash, long size) => new(ordinal, hash, 0, size, 0, 0, 0);

    private static IngestedTensor Cut(byte[] content, Dictionary<ContentHash, byte[]> contents)
    {
        ContentHash whole = ContentHash.Of(content);
        if (content.Length <= BlockBytes)
        {
            contents[whole] = content;
            return new IngestedTensor(whole, content.Length, []);
        }

        List<BlockPlacement> blocks = [];
        for (int offset = 0; offset < content.Length; offset += BlockBytes)
        {
            byte[] block = content.AsSpan(offset, Math.Min(BlockBytes, content.Length - offset)).ToArray();
            ContentHash hash = ContentHash.Of(block);
            contents[hash] = block;
            blocks.Add(new BlockPlacement(blocks.Count, hash, offset, block.Length, offset, 0, 0));
        }

        return new IngestedTensor(whole, content.Length, blocks);
    }

    private T Write<T>(IReadOnlyDictionary<ContentHash, byte[]> contents, Func<SqliteConnection, ChunkWriter, T> write) =>
        StoreFaults.Guard(database.FilePath, () => WriteAll(contents, write));

    private T WriteAll<T>(IReadOnlyDictionary<ContentHash, byte[]> contents, Func<SqliteConnection, ChunkWriter, T> write)
    {
        Dictionary<ContentHash, StagedPayload> staged = [];
        PackWriter? pack = null;
        try
        {
            foreach ((ContentHash hash, byte[] content) in contents)
            {
                if (content.Length <= StagedPayload.InlineBytes)
                {
                    staged.Add(hash, StagedPayload.Inline(content));
                    continue;
                }

                pack ??= PackWriter.Open(database, packs);
                staged.Add(hash, StagedPayload.InPack(pack.PackId, pack.Append(hash, content), content.Length));
            }

            pack?.Flush();
            using SqliteConnection connection = database.Connect();
            return StoreDatabase.Write(connection, _ =>
            {
                using ChunkWriter chunk = new(connection, scope.TenantId ?? 0);
                if (pack is not null)
                {
                    ChunkWriter.RaisePack(connection, pack.PackId, pack.Length, pack.IsFull);
                }

                chunk.InsertPayloads(staged);
                return write(connection, chunk);
            });
        }
        finally
        {
            pack?.Dispose();
        }
    }

    private static void Hold(SqliteConnection connection, long atomId, int times) =>
        connection.Execute("UPDATE Atoms SET ReferenceCount = ReferenceCount + @times WHERE AtomId = @atomId", new { times, atomId });

    /// <summary>Records that an atom stands for a tensor.</summary>
    private static void Refer(SqliteConnection connection, long tenantId, long atomId, StoredFactors factors)
    {
        DynamicParameters parameters = Parameters(atomId, factors.Layout);
        parameters.AddDynamicParams(new
        {
            factors.TensorAtomId,
            factors.FactorBytes,
            factors.OriginalHash,
            originalDtype = factors.OriginalDtype.ToString(),
            factors.OriginalBytes,
            factors.IsDropped,
            factors.Figures.RelativeError,
            factors.Figures.SpectralError,
            factors.Figures.TensorError,
            factors.Figures.BaseModel,
            now = StoreDatabase.Now(),
        });
        connection.Execute(
            """
            INSERT INTO TensorFactors
                (TensorAtomId, AtomId, Dtype, RowCount, ColumnCount, Rank, FactorDtype, BaseDtype, FactorBytes, OriginalHash, OriginalDtype,
                 OriginalBytes, IsDropped, RelativeError, SpectralError, TensorError, BaseModel, CreatedAt)
            VALUES (@TensorAtomId, @atomId, @dtype, @Rows, @Columns, @Rank, @factorDtype, @baseDtype, @FactorBytes, @OriginalHash, @originalDtype,
                    @OriginalBytes, @IsDropped, @RelativeError, @SpectralError, @TensorError, @BaseModel, @now);
            UPDATE Atoms SET ReferenceCount = ReferenceCount + 1 WHERE AtomId = @atomId;
            """,
            parameters);
        TenantAccount.Charge(connection, tenantId, atomId);
    }

    /// <summary>Takes a tensor's factors away, if it has any.</summary>
    private static void Release(SqliteConnection connection, long tenantId, long tensorAtomId)
    {
        long? atomId = connection.ExecuteScalar<long?>("SELECT AtomId FROM TensorFactors WHERE TensorAtomId = @tensorAtomId", new { tensorAtomId });
        if (atomId is null)
        {
            return;
        }

        TenantAccount.CollectAtom(connection, atomId.Value);
        connection.Execute(AtomRelease.Prepare);
        connection.Execute(
            """
            DELETE FROM TensorFactors WHERE TensorAtomId = @tensorAtomId;
            INSERT INTO Lowered VALUES (@atomId, 1);
            """,
            new { tensorAtomId, atomId });
        TenantAccount.Release(connection, tenantId);
        AtomRelease.Run(connection);
    }

    private static DynamicParameters Parameters(long atomId, FactorLayout layout) => new(new
    {
        atomId,
        dtype = layout.Dtype.ToString(),
        layout.Rows,
        layout.Columns,
        layout.Rank,
        factorDtype = layout.FactorDtype.ToString(),
        baseDtype = layout.BaseDtype?.ToString(),
    });
}
