using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Sketches;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Finds the contents that lack sketches.</summary>
internal static class SpatialPending
{
    // Each content once for each encoding it is read in; the first of its tensors describes it.
    private const string Whole =
        """
        SELECT t.AtomId, a.Hash, t.Dtype, t.Shape, a.SizeBytes, m.Name AS Model, t.Name, t.ModelId, 0 AS RowsDone, min(t.TensorAtomId)
        FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
        WHERE {0} AND t.Dtype NOT IN ({1}) AND (t.AtomId, t.Dtype) > (@atom, @dtype) AND NOT EXISTS (
            SELECT 1 FROM AtomEmbeddings e
            WHERE e.AtomId = t.AtomId AND e.SketchConfigId = @config AND e.Level = 'Tensor' AND e.Dtype = t.Dtype AND e.RowLength = 0)
        GROUP BY t.AtomId, t.Dtype ORDER BY t.AtomId, t.Dtype LIMIT @limit
        """;

    // Each shape for itself: rows of other lengths are other rows.
    private const string Parts =
        """
        SELECT t.AtomId, a.Hash, t.Dtype, t.Shape, a.SizeBytes, m.Name AS Model, t.Name, t.ModelId, min(t.TensorAtomId), 0 AS RowsDone
        FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId JOIN Atoms a ON a.AtomId = t.AtomId
        WHERE {0} AND t.Dtype NOT IN ({1}) AND (t.AtomId, t.Dtype, t.Shape) > (@atom, @dtype, @shape)
        GROUP BY t.AtomId, t.Dtype, t.Shape ORDER BY t.AtomId, t.Dtype, t.Shape
        """;

    /// <summary>Contents without sketches, from one on.</summary>
    public static IEnumerable<PendingAtom> List(
        SqliteConnection connection, TenantScope scope, SketchConfig sketch, SpatialLevel level, SpatialFilter filter, PendingAtom? after, int limit)
    {
        long config = SpatialConfigs.Find(connection, sketch) ?? 0;
        string sql = string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            level == SpatialLevel.Tensor ? Whole : Parts,
            SpatialReach.Condition(scope, filter),
            SpatialReach.Undecodable);
        IEnumerable<PendingAtom> atoms = connection.Query<Row>(
            sql,
            new
            {
                config,
                limit,
                atom = after?.AtomId ?? 0,
                dtype = after?.Dtype.ToString() ?? string.Empty,
                shape = after?.Shape.ToString() ?? string.Empty,
            },
            buffered: level == SpatialLevel.Tensor).Select(row => row.ToAtom());
        return level == SpatialLevel.Tensor ? atoms : Unfinished(connection, config, level, atoms).Take(limit);
    }

    private static IEnumerable<PendingAtom> Unfinished(SqliteConnection connection, long config, SpatialLevel level, IEnumerable<PendingAtom> atoms)
    {
        foreach (PendingAtom atom in atoms.ToList())
        {
            long done = connection.ExecuteScalar<long>(
                """
                SELECT coalesce(max(FirstRow + RowCount), 0) FROM AtomEmbeddings
                WHERE AtomId = @AtomId AND SketchConfigId = @config AND Level = @level AND Dtype = @dtype AND RowLength = @RowLength
                """,
                new { atom.AtomId, config, level = level.ToString(), dtype = atom.Dtype.ToString(), atom.Shape.RowLength });
            if (done < atom.Shape.RowCount)
            {
                yield return atom with { RowsDone = done };
            }
        }
    }

    private sealed record Row
    {
        public required long AtomId { get; init; }

        public required ContentHash Hash { get; init; }

        public required string Dtype { get; init; }

        public required string Shape { get; init; }

        public required long SizeBytes { get; init; }

        public required string Model { get; init; }

        public required string Name { get; init; }

        public required long ModelId { get; init; }

        public required long RowsDone { get; init; }

        public PendingAtom ToAtom() =>
            new(AtomId, Hash, Enum.Parse<TensorDtype>(Dtype), TensorShape.Parse(Shape), SizeBytes, (Model, Name), ModelId, RowsDone);
    }
}
