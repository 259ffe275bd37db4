using System.Buffers.Binary;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Reads and writes the scores of tensors.</summary>
internal static class ScoreQuery
{
    private const string OfScope = "(@TenantId IS NULL OR m.TenantId = @TenantId)";

    /// <summary>Stores scores, in the caller's transaction.</summary>
    public static int Save(SqliteConnection connection, TenantScope scope, IReadOnlyList<StoredScore> scores)
    {
        foreach (StoredScore score in scores)
        {
            int saved = connection.Execute(
                $"""
                INSERT INTO TensorScores
                    (TensorAtomId, AtomId, Method, Mean, Total, Least, Greatest, ValueCount, InvalidCount, RowMeans, BlockMeans, Inputs,
                     ProductVersion, ScoredAt)
                SELECT t.TensorAtomId, t.AtomId, @Method, @Mean, @Total, @Least, @Greatest, @ValueCount, @InvalidCount, @rows, @blocks, @Inputs,
                       @ProductVersion, @ScoredAtUtc
                FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
                WHERE t.TensorAtomId = @TensorAtomId AND a.Hash = @Sha256 AND {OfScope}
                ON CONFLICT (TensorAtomId, Method) DO UPDATE SET
                    AtomId = excluded.AtomId, Mean = excluded.Mean, Total = excluded.Total, Least = excluded.Least, Greatest = excluded.Greatest,
                    ValueCount = excluded.ValueCount, InvalidCount = excluded.InvalidCount, RowMeans = excluded.RowMeans,
                    BlockMeans = excluded.BlockMeans, Inputs = excluded.Inputs, ProductVersion = excluded.ProductVersion, ScoredAt = excluded.ScoredAt
                """,
                new
                {
                    score.TensorAtomId,
                    score.Sha256,
                    score.Method,
                    score.Mean,
                    score.Total,
                    score.Least,
                    score.Greatest,
                    score.ValueCount,
                    score.InvalidCount,
                    rows = score.RowMeans is null ? null : Pack(score.RowMeans),
                    blocks = Pack(score.BlockMeans),
                    score.Inputs,
                    score.ProductVersion,
                    score.ScoredAtUtc,
                    scope.TenantId,
                });
            if (saved == 0)
            {
                throw new StoreException(
                    StoreErrorCodes.TensorNotFound, score.Tensor, "the tensor is gone, or no longer has the content that was scored");
            }
        }

        return scores.Count;
    }

    /// <summary>The scores of a model.</summary>
    public static IReadOnlyList<StoredScore> List(SqliteConnection connection, TenantScope scope, long modelId) =>
    [
        .. connection.Query<Row>(
            $"""
            SELECT s.TensorAtomId, t.Name AS Tensor, a.Hash AS Sha256, s.Method, s.Mean, s.Total, s.Least, s.Greatest, s.ValueCount, s.InvalidCount,
                   s.RowMeans, s.BlockMeans, s.Inputs, s.ProductVersion, s.ScoredAt
            FROM TensorScores s JOIN TensorAtoms t ON t.TensorAtomId = s.TensorAtomId JOIN Models m ON m.ModelId = t.ModelId
            JOIN Atoms a ON a.AtomId = s.AtomId
            WHERE t.ModelId = @modelId AND {OfScope} ORDER BY t.Ordinal, s.Method
            """,
            new { modelId, scope.TenantId }).Select(row => row.ToScore()),
    ];

    /// <summary>
    /// Puts the scores of a model that is about to be replaced aside, for <see cref="Restore"/>: those of tensors that stay as they are stay too.
    /// </summary>
    public static void SetAside(SqliteConnection connection, long modelId) => connection.Execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS KeptScores AS SELECT '' AS Name, s.* FROM TensorScores s WHERE false;
        DELETE FROM temp.KeptScores;
        INSERT INTO temp.KeptScores SELECT t.Name, s.* FROM TensorScores s JOIN TensorAtoms t ON t.TensorAtomId = s.TensorAtomId WHERE t.ModelId = @modelId;
        """,
        new { modelId });

    /// <summary>Gives the tensors of a new model the scores that were put aside, where name and content are the same.</summary>
    public static void Restore(SqliteConnection connection, long modelId) => connection.Execute(
        """
        INSERT INTO TensorScores
            (TensorAtomId, AtomId, Method, Mean, Total, Least, Greatest, ValueCount, InvalidCount, RowMeans, BlockMeans, Inputs, ProductVersion, ScoredAt)
        SELECT t.TensorAtomId, k.AtomId, k.Method, k.Mean, k.Total, k.Least, k.Greatest, k.ValueCount, k.InvalidCount, k.RowMeans, k.BlockMeans, k.Inputs,
               k.ProductVersion, k.ScoredAt
        FROM temp.KeptScores k JOIN TensorAtoms t ON t.ModelId = @modelId AND t.Name = k.Name AND t.AtomId = k.AtomId
        WHERE true ON CONFLICT DO NOTHING;
        DELETE FROM temp.KeptScores;
        """,
        new { modelId });

    private static byte[] Pack(IReadOnlyList<double> numbers)
    {
        byte[] bytes = new byte[numbers.Count * sizeof(double)];
        for (int i = 0; i < numbers.Count; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), numbers[i]);
        }

        return bytes;
    }

    private static double[] Unpack(byte[] bytes)
    {
        double[] numbers = new double[bytes.Length / sizeof(double)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)));
        }

        return numbers;
    }

    private sealed record Row
    {
        public required long TensorAtomId { get; init; }

        public required string Tensor { get; init; }

        public required ContentHash Sha256 { get; init; }

        public required string Method { get; init; }

        public required double Mean { get; init; }

        public required double Total { get; init; }

        public double? Least { get; init; }

        public double? Greatest { get; init; }

        public required long ValueCount { get; init; }

        public required long InvalidCount { get; init; }

        public byte[]? RowMeans { get; init; }

        public required byte[] BlockMeans { get; init; }

        public required string Inputs { get; init; }

        public required string ProductVersion { get; init; }

        public required DateTime ScoredAt { get; init; }

        public StoredScore ToScore() => new()
        {
            TensorAtomId = TensorAtomId,
            Tensor = Tensor,
            Sha256 = Sha256,
            Method = Method,
            Mean = Mean,
            Total = Total,
            Least = Least,
            Greatest = Greatest,
            ValueCount = ValueCount,
            InvalidCount = InvalidCount,
            RowMeans = RowMeans is null ? null : Unpack(RowMeans),
            BlockMeans = Unpack(BlockMeans),
            Inputs = Inputs,
            ProductVersion = ProductVersion,
            ScoredAtUtc = ScoredAt,
        };
    }
}
