using Dapper;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Finds the contents that lack sketches on a server.</summary>
internal static class ServerPending
{
    // Each content once for each encoding it is read in; the first of its tensors describes it.
    private const string Whole =
        """
        SELECT TOP (@limit) f.AtomId, a.Hash, x.Dtype, x.Shape, a.SizeBytes, o.Name AS Model, x.Name, x.ModelId
        FROM (
            SELECT t.AtomId, t.Dtype, MIN(t.TensorAtomId) AS FirstId
            FROM dbo.TensorAtoms t JOIN dbo.Models m ON m.ModelId = t.ModelId
            WHERE {SketchReach.Condition} AND t.Dtype NOT IN ({SketchReach.Undecodable})
              AND (t.AtomId > @atom OR (t.AtomId = @atom AND t.Dtype > @dtype)) AND NOT EXISTS (
                SELECT 1 FROM dbo.AtomEmbeddings e
                WHERE e.AtomId = t.AtomId AND e.SketchConfigId = @config AND e.Level = N'Tensor' AND e.Dtype = t.Dtype AND e.RowLength = 0)
            GROUP BY t.AtomId, t.Dtype) f
        JOIN dbo.TensorAtoms x ON x.TensorAtomId = f.FirstId
        JOIN dbo.Models o ON o.ModelId = x.ModelId
        JOIN dbo.Atoms a ON a.AtomId = f.AtomId
        ORDER BY f.AtomId, f.Dtype
        """;

    // Each shape for itself: rows of other lengths are other rows.
    private const string Parts =
        """
        SELECT f.AtomId, a.Hash, x.Dtype, x.Shape, a.SizeBytes, o.Name AS Model, x.Name, x.ModelId
        FROM (
            SELECT t.AtomId, t.Dtype, t.Shape, MIN(t.TensorAtomId) AS FirstId
            FROM dbo.TensorAtoms t JOIN dbo.Models m ON m.ModelId = t.ModelId
            WHERE {SketchReach.Condition} AND t.Dtype NOT IN ({SketchReach.Undecodable})
              AND (t.AtomId > @atom OR (t.AtomId = @atom AND (t.Dtype > @dtype OR (t.Dtype = @dtype AND t.Shape > @shape))))
            GROUP BY t.AtomId, t.Dtype, t.Shape) f
        JOIN dbo.TensorAtoms x ON x.TensorAtomId = f.FirstId
        JOIN dbo.Models o ON o.ModelId = x.ModelId
        JOIN dbo.Atoms a ON a.AtomId = f.AtomId
        ORDER BY f.AtomId, f.Dtype, f.Shape
        """;

    private const string Done =
        """
        SELECT e.AtomId, e.Dtype, e.RowLength, MAX(e.FirstRow + e.[RowCount]) AS Done
        FROM dbo.AtomEmbeddings e
        WHERE e.SketchConfigId = @config AND e.Level = @level AND EXISTS (
            SELECT 1 FROM dbo.TensorAtoms t JOIN dbo.Models m ON m.ModelId = t.ModelId WHERE t.AtomId = e.AtomId AND {SketchReach.Condition})
        GROUP BY e.AtomId, e.Dtype, e.RowLength
        """;

    /// <summary>Contents without sketches, from one on.</summary>
    public static IReadOnlyList<PendingAtom> List(
        SqlConnection connection, TenantScope scope, SketchConfig sketch, SpatialLevel level, SpatialFilter filter, PendingAtom? after, int limit)
    {
        string condition = SketchReach.Condition(scope, filter);
        object parameters = new
        {
            config = ServerSpaces.Find(connection, sketch) ?? 0,
            level = level.ToString(),
            limit,
            atom = after?.AtomId ?? 0,
            dtype = after?.Dtype.ToString() ?? string.Empty,
            shape = after?.Shape.ToString() ?? string.Empty,
        };
        IEnumerable<PendingAtom> atoms = Query<PendingRow>((level == SpatialLevel.Tensor ? Whole : Parts)
            .Replace("{SketchReach.Condition}", condition, StringComparison.Ordinal)
            .Replace("{SketchReach.Undecodable}", SketchReach.Undecodable, StringComparison.Ordinal))
            .Select(row => (row with { Model = SqlText.Decode(row.Model), Name = SqlText.Decode(row.Name) }).ToAtom());
        if (level == SpatialLevel.Tensor)
        {
            return [.. atoms];
        }

        Dictionary<(long AtomId, string Dtype, long RowLength), long> done = Query<(long AtomId, string Dtype, long RowLength, long Done)>(
            Done.Replace("{SketchReach.Condition}", condition, StringComparison.Ordinal))
            .ToDictionary(row => (row.AtomId, row.Dtype, row.RowLength), row => row.Done);
        return
        [
            .. atoms.Select(atom => atom with { RowsDone = done.GetValueOrDefault((atom.AtomId, atom.Dtype.ToString(), atom.Shape.RowLength)) })
                .Where(atom => atom.RowsDone < atom.Shape.RowCount).Take(limit),
        ];

        IEnumerable<T> Query<T>(string sql) => connection.Query<T>(sql, parameters, commandTimeout: SqlServerDatabase.CommandSeconds);
    }
}
