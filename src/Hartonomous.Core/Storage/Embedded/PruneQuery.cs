using System.Text.Json;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Finds out who needs the contents of a model's tensors, what pruning them frees, and what was pruned.</summary>
internal static class PruneQuery
{
    // A file that another model has too gives references that are not this model's to take back.
    private const string OwnReferences =
        """
        OwnRecipes AS (
            SELECT f.RecipeId FROM ModelFiles f
            WHERE f.ModelId = @modelId AND NOT EXISTS (SELECT 1 FROM ModelFiles o WHERE o.RecipeId = f.RecipeId AND o.ModelId <> @modelId)
            GROUP BY f.RecipeId),
        Own AS (
            SELECT AtomId, count(*) AS Times FROM (
                SELECT AtomId FROM TensorAtoms WHERE ModelId = @modelId
                UNION ALL
                SELECT s.AtomId FROM RecipeSegments s JOIN OwnRecipes r ON r.RecipeId = s.RecipeId WHERE s.AtomId IS NOT NULL)
            GROUP BY AtomId)
        """;

    private const string OfScope = "(@TenantId IS NULL OR m.TenantId = @TenantId)";

    /// <summary>Who needs the contents.</summary>
    public static IReadOnlyList<TensorUse> ListUses(SqliteConnection connection, TenantScope scope, long modelId) =>
        connection.Query<TensorUse>(
            $"""
            WITH {OwnReferences}
            SELECT t.TensorAtomId,
                   a.ReferenceCount - o.Times
                       + (SELECT count(*) FROM AtomPayloads d WHERE d.BaseAtomId = a.AtomId) AS OtherReferences,
                   (SELECT count(*) FROM TensorAtoms u WHERE u.ModelId = @modelId AND u.AtomId = t.AtomId) AS TensorsOfModel
            FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId JOIN Own o ON o.AtomId = t.AtomId
            WHERE t.ModelId = @modelId AND {OfScope} ORDER BY t.Ordinal
            """,
            new { modelId, scope.TenantId }).AsList();

    /// <summary>Lowers the counts of a copy of what the tensors reach, one tensor after the other, and sees what comes to nothing.</summary>
    public static IReadOnlyList<PruneEffect> Measure(
        SqliteConnection connection, TenantScope scope, long modelId, IReadOnlyList<long> tensorAtomIds)
    {
        object parameters = new { modelId, scope.TenantId, ids = JsonSerializer.Serialize(tensorAtomIds) };
        Dictionary<long, (long AtomId, long References)> tensors = connection.Query<(long TensorAtomId, long AtomId, long References)>(
            $"""
            WITH {OwnReferences}
            SELECT t.TensorAtomId, t.AtomId, 1 + (
                SELECT count(*) FROM ModelFiles f JOIN OwnRecipes r ON r.RecipeId = f.RecipeId JOIN RecipeSegments s ON s.RecipeId = f.RecipeId
                WHERE f.ModelId = @modelId AND f.Path = t.FilePath AND s.FileOffset = t.FileOffset AND s.AtomId = t.AtomId)
            FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId
            WHERE t.ModelId = @modelId AND {OfScope} AND t.TensorAtomId IN (SELECT value FROM json_each(@ids))
            """,
            parameters).ToDictionary(row => row.TensorAtomId, row => (row.AtomId, row.References));
        const string Reached =
            """
            WITH RECURSIVE Reached (AtomId) AS (
                SELECT AtomId FROM TensorAtoms WHERE TensorAtomId IN (SELECT value FROM json_each(@ids)) AND ModelId = @modelId
                UNION
                SELECT c.BlockAtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId)
            """;
        Dictionary<long, Atom> atoms = connection.Query<Atom>(
            $"""
            {Reached}
            SELECT a.AtomId, a.ReferenceCount AS [References], coalesce(p.StoredBytes, length(a.Content)) AS Bytes
            FROM Reached r JOIN Atoms a ON a.AtomId = r.AtomId LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId
            """,
            parameters).ToDictionary(atom => atom.AtomId);
        ILookup<long, (long Parent, long Block, long Times)> blocks = connection.Query<(long Parent, long Block, long Times)>(
            $"""
            {Reached}
            SELECT c.AtomId, c.BlockAtomId, count(*) FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId GROUP BY c.AtomId, c.BlockAtomId
            """,
            parameters).ToLookup(row => row.Parent);
        return [.. tensorAtomIds.Where(tensors.ContainsKey).Select(MeasureOne)];

        PruneEffect MeasureOne(long tensorAtomId)
        {
            long count = 0;
            long bytes = 0;
            Stack<(long AtomId, long Times)> lowered = new([tensors[tensorAtomId]]);
            while (lowered.TryPop(out (long AtomId, long Times) next))
            {
                Atom atom = atoms[next.AtomId];
                atom.References -= next.Times;
                if (atom.References > 0)
                {
                    continue;
                }

                count += atom.Bytes is null ? 0 : 1;
                bytes += atom.Bytes ?? 0;
                foreach ((_, long block, long times) in blocks[next.AtomId])
                {
                    lowered.Push((block, times));
                }
            }

            return new PruneEffect(tensorAtomId, count, bytes);
        }
    }

    /// <summary>What was pruned of a model.</summary>
    public static IReadOnlyList<PrunedTensor> ListPruned(SqliteConnection connection, TenantScope scope, long modelId) =>
    [
        .. connection.Query<(string Name, byte[] Sha256, string Policy, DateTime PrunedAt)>(
            $"""
            SELECT t.Name, p.Sha256, p.Policy, p.PrunedAt
            FROM PrunedTensors p JOIN TensorAtoms t ON t.TensorAtomId = p.TensorAtomId JOIN Models m ON m.ModelId = t.ModelId
            WHERE t.ModelId = @modelId AND {OfScope} ORDER BY t.Ordinal
            """,
            new { modelId, scope.TenantId }).Select(row => new PrunedTensor(row.Name, new ContentHash(row.Sha256), row.Policy, row.PrunedAt)),
    ];

    /// <summary>Records what of a new model is pruned, in the caller's transaction.</summary>
    public static void Record(SqliteConnection connection, long modelId, IReadOnlyList<PrunedTensor> pruned) => connection.Execute(
        """
        INSERT INTO PrunedTensors (TensorAtomId, Sha256, Policy, PrunedAt)
        SELECT TensorAtomId, @Sha256, @Policy, @PrunedAtUtc FROM TensorAtoms WHERE ModelId = @modelId AND Name = @Name
        """,
        pruned.Select(tensor => new { tensor.Sha256, tensor.Policy, tensor.PrunedAtUtc, modelId, tensor.Name }));

    private sealed class Atom
    {
        public long AtomId { get; init; }

        public long References { get; set; }

        public long? Bytes { get; init; }
    }
}
