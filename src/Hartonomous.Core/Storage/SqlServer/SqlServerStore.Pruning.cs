using System.Data;
using System.Text.Json;
using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Shared;

namespace Hartonomous.Core.Storage.SqlServer;

/// <content>Scores, access times and pruning.</content>
public sealed partial class SqlServerStore : IPruningStore
{
    /// <inheritdoc/>
    public void NoteAccess(ContentHash tensor) => _access.Note(tensor, DateTime.UtcNow);

    /// <inheritdoc/>
    public void FlushAccess() => _access.Flush();

    /// <inheritdoc/>
    public void SaveScores(IReadOnlyList<StoredScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);

        // The last of those for one tensor and method is meant.
        BulkTable table = new(
            "#Scores",
            ("TensorAtomId", "bigint NOT NULL", SqlDbType.BigInt),
            ("Tensor", "nvarchar(max) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
            ("Hash", "binary(32) NOT NULL", SqlDbType.VarBinary),
            ("Method", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
            ("Mean", "float NOT NULL", SqlDbType.Float),
            ("Total", "float NOT NULL", SqlDbType.Float),
            ("Least", "float NULL", SqlDbType.Float),
            ("Greatest", "float NULL", SqlDbType.Float),
            ("ValueCount", "bigint NOT NULL", SqlDbType.BigInt),
            ("InvalidCount", "bigint NOT NULL", SqlDbType.BigInt),
            ("RowMeans", "varbinary(max) NULL", SqlDbType.VarBinary),
            ("BlockMeans", "varbinary(max) NOT NULL", SqlDbType.VarBinary),
            ("Inputs", "nvarchar(max) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
            ("ProductVersion", "nvarchar(100) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
            ("ScoredAt", "datetime2(3) NOT NULL", SqlDbType.DateTime2));
        foreach (StoredScore score in scores.GroupBy(score => (score.TensorAtomId, score.Method)).Select(same => same.Last()))
        {
            table.Add(
                score.TensorAtomId,
                SqlText.Encode(score.Tensor),
                score.Sha256.ToArray(),
                score.Method,
                score.Mean,
                score.Total,
                score.Least,
                score.Greatest,
                score.ValueCount,
                score.InvalidCount,
                score.RowMeans is null ? null : ScoreRow.Pack(score.RowMeans),
                ScoreRow.Pack(score.BlockMeans),
                SqlText.Encode(score.Inputs),
                score.ProductVersion,
                score.ScoredAtUtc.ToUniversalTime());
        }

        _database.Run(_scope.TenantId, connection =>
        {
            table.Send(connection);
            connection.Execute(
                "dbo.sp_SaveScores", new { _scope.TenantId }, commandTimeout: SqlServerDatabase.CommandSeconds, commandType: CommandType.StoredProcedure);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredScore> ListScores(long modelId) =>
    [
        .. Query<ScoreRow>(
            """
            SELECT s.TensorAtomId, t.Name AS Tensor, a.Hash AS Sha256, s.Method, s.Mean, s.Total, s.Least, s.Greatest, s.ValueCount, s.InvalidCount,
                   s.RowMeans, s.BlockMeans, s.Inputs, s.ProductVersion, s.ScoredAt
            FROM dbo.TensorScores s
            JOIN dbo.TensorAtoms t ON t.TensorAtomId = s.TensorAtomId
            JOIN dbo.Atoms a ON a.AtomId = s.AtomId
            WHERE t.ModelId = @modelId AND (@TenantId IS NULL OR s.TenantId = @TenantId)
            ORDER BY t.Ordinal, s.Method
            """,
            new { modelId, _scope.TenantId })
            .Select(row => (row with { Tensor = SqlText.Decode(row.Tensor), Inputs = SqlText.Decode(row.Inputs) }).ToScore()),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<TensorUse> ListUses(long modelId) =>
        _database.Query<TensorUse>(_scope.TenantId, "dbo.sp_ListUses", new { _scope.TenantId, ModelId = modelId });

    /// <inheritdoc/>
    public IReadOnlyList<PruneEffect> MeasurePruning(long modelId, IReadOnlyList<long> tensorAtomIds)
    {
        ArgumentNullException.ThrowIfNull(tensorAtomIds);
        return _database.Run(_scope.TenantId, connection =>
        {
            using SqlMapper.GridReader results = connection.QueryMultiple(
                "dbo.sp_MeasurePruning",
                new { _scope.TenantId, ModelId = modelId, Tensors = JsonSerializer.Serialize(tensorAtomIds) },
                commandTimeout: SqlServerDatabase.CommandSeconds,
                commandType: CommandType.StoredProcedure);
            Dictionary<long, (long AtomId, long References)> tensors = results.Read<(long TensorAtomId, long AtomId, long Times)>()
                .ToDictionary(row => row.TensorAtomId, row => (row.AtomId, row.Times));
            Dictionary<long, PrunedAtom> atoms = results.Read<PrunedAtom>().ToDictionary(atom => atom.AtomId);
            ILookup<long, (long Parent, long Block, long Times)> blocks =
                results.Read<(long Parent, long Block, long Times)>().ToLookup(row => row.Parent);
            return PruneEffects.Measure(tensorAtomIds, tensors, atoms, blocks);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<PrunedTensor> ListPruned(long modelId) =>
    [
        .. Query<(string Name, byte[] Sha256, string Policy, DateTime PrunedAt)>(
            """
            SELECT t.Name, p.Sha256, p.Policy, p.PrunedAt
            FROM dbo.PrunedTensors p JOIN dbo.TensorAtoms t ON t.TensorAtomId = p.TensorAtomId
            WHERE t.ModelId = @modelId AND (@TenantId IS NULL OR p.TenantId = @TenantId)
            ORDER BY t.Ordinal
            """,
            new { modelId, _scope.TenantId }).Select(row => new PrunedTensor(
                SqlText.Decode(row.Name), new ContentHash(row.Sha256), SqlText.Decode(row.Policy), row.PrunedAt)),
    ];
}
