using System.Runtime.InteropServices;
using Dapper;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Writes sketches and keys in the caller's transaction, and keeps the indexes of the curves and the R*Tree.</summary>
internal sealed class SpatialWriter : IDisposable
{
    private const int TreeStep = 10_000;

    /// <summary>Fewer new keys than this go into the indexes one by one.</summary>
    private const long BulkFrom = 20_000;

    private static readonly (string Name, string Column)[] Indexes =
    [
        ("IX_SpatialKeys_Hilbert", "HilbertIndex"),
        ("IX_SpatialKeys_Morton", "MortonIndex"),
        ("IX_SpatialKeys_Morton2D", "Morton2DIndex"),
    ];

    private readonly SqliteConnection _connection;
    private readonly (long Sketch, long Projection) _space;
    private readonly SqliteCommand _embedding;
    private readonly SqliteCommand _sketch;
    private readonly SqliteCommand _key;
    private readonly SketchSignature _signature;

    public SpatialWriter(SqliteConnection connection, SpatialSpace space)
    {
        _connection = connection;
        _space = SpatialConfigs.Require(connection, space);
        _signature = new SketchSignature(new RandomRotation(space.Sketch.Dimension));
        _embedding = Command(
            """
            INSERT INTO AtomEmbeddings (
                SketchConfigId, AtomId, Level, Dtype, RowLength, FirstRow, RowCount, ValueCount, NonFiniteCount, Norm, IsConstant, Signature)
            SELECT @config, AtomId, @level, @dtype, @length, @first, @rows, @values, @nonFinite, @norm, @constant, @signature
            FROM Atoms WHERE AtomId = @atom
            ON CONFLICT DO NOTHING
            RETURNING EmbeddingId
            """,
            "@config", "@level", "@dtype", "@length", "@first", "@rows", "@values", "@nonFinite", "@norm", "@constant", "@signature", "@atom");
        _sketch = Command("INSERT INTO EmbeddingSketches (EmbeddingId, Sketch) VALUES (@id, @sketch)", "@id", "@sketch");
        _key = Command(
            """
            INSERT INTO SpatialKeys (EmbeddingId, ProjectionConfigId, X, Y, Z, HilbertIndex, MortonIndex, Morton2DIndex)
            SELECT EmbeddingId, @config, @x, @y, @z, @hilbert, @morton, @morton2 FROM AtomEmbeddings WHERE EmbeddingId = @id
            ON CONFLICT DO NOTHING
            """,
            "@config", "@x", "@y", "@z", "@hilbert", "@morton", "@morton2", "@id");
        _embedding.Parameters["@config"].Value = _space.Sketch;
        _key.Parameters["@config"].Value = _space.Projection;
    }

    /// <summary>Writes sketches with their keys. What is there already, and what belongs to an atom that is gone, is left out.</summary>
    public void Write(IReadOnlyList<SpatialEntry> entries)
    {
        foreach (SpatialEntry entry in entries)
        {
            ReadOnlySpan<float> values = entry.Sketch.Values.Span;
            Set(
                _embedding,
                entry.Level.ToString(),
                entry.Dtype.ToString(),
                entry.Rows.RowLength,
                entry.Rows.First,
                entry.Rows.Count,
                entry.Sketch.Count,
                entry.Sketch.NonFinite,
                entry.Sketch.Norm,
                entry.Sketch.IsConstant,
                entry.Sketch.IsZero ? DBNull.Value : _signature.Of(values).ToArray(),
                entry.AtomId);
            if (_embedding.ExecuteScalar() is not long id)
            {
                continue;
            }

            if (!entry.Sketch.IsZero)
            {
                _sketch.Parameters[0].Value = id;
                _sketch.Parameters[1].Value = MemoryMarshal.AsBytes(values).ToArray();
                _sketch.ExecuteNonQuery();
            }

            WriteKey(id, entry.Point);
        }

        Touch();
    }

    /// <summary>Writes keys of sketches that are there.</summary>
    public void WriteKeys(IReadOnlyList<(long EmbeddingId, SpatialPoint Point)> keys)
    {
        foreach ((long id, SpatialPoint point) in keys)
        {
            WriteKey(id, point);
        }

        Touch();
    }

    /// <summary>Gives up the curves' indexes where so many keys come that making them anew is faster.</summary>
    public static void BeginBulk(SqliteConnection connection, long keys)
    {
        if (keys >= BulkFrom && keys >= connection.ExecuteScalar<long>("SELECT coalesce(max(EmbeddingId), 0) FROM AtomEmbeddings") / 4)
        {
            foreach ((string name, string _) in Indexes)
            {
                connection.Execute($"DROP INDEX IF EXISTS {name}");
            }
        }
    }

    /// <summary>Makes the curves' indexes and fills the R*Tree, one step a transaction.</summary>
    public static void BuildIndexes(SqliteConnection connection, Action<long>? advance, CancellationToken cancellation)
    {
        foreach ((string name, string column) in Indexes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = @name", new { name }) == 0)
            {
                StoreDatabase.Write(connection, _ =>
                    connection.Execute($"CREATE INDEX IF NOT EXISTS {name} ON SpatialKeys (ProjectionConfigId, {column})"));
            }
        }

        int indexed;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            indexed = StoreDatabase.Write(connection, _ => FillTree(connection));
            advance?.Invoke(indexed);
        }
        while (indexed == TreeStep);
    }

    public void Dispose()
    {
        _embedding.Dispose();
        _sketch.Dispose();
        _key.Dispose();
    }

    // In the order of the Hilbert curve, so that neighbours come together into the tree.
    private static int FillTree(SqliteConnection connection)
    {
        connection.Execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS IntoTree (EmbeddingId INTEGER NOT NULL, ProjectionConfigId INTEGER NOT NULL);
            DELETE FROM IntoTree;
            INSERT INTO IntoTree SELECT EmbeddingId, ProjectionConfigId FROM SpatialKeys WHERE IsInTree = 0 LIMIT @TreeStep;
            INSERT OR REPLACE INTO SpatialTree
                SELECT 256 * k.EmbeddingId + k.ProjectionConfigId, k.X, k.X, k.Y, k.Y, k.Z, k.Z, k.ProjectionConfigId, k.ProjectionConfigId
                FROM IntoTree i JOIN SpatialKeys k ON k.EmbeddingId = i.EmbeddingId AND k.ProjectionConfigId = i.ProjectionConfigId
                ORDER BY k.HilbertIndex;
            UPDATE SpatialKeys SET IsInTree = 1 WHERE (EmbeddingId, ProjectionConfigId) IN (SELECT EmbeddingId, ProjectionConfigId FROM IntoTree);
            """,
            new { TreeStep });
        return connection.ExecuteScalar<int>("SELECT count(*) FROM IntoTree");
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        // The first parameter is the configuration, and stays.
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i + 1].Value = values[i];
        }
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> names)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names)
        {
            SqliteParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private void WriteKey(long id, SpatialPoint point)
    {
        Set(
            _key,
            (double)point.X,
            (double)point.Y,
            (double)point.Z,
            SpatialGrid.ToKey(point, SpaceFillingCurve.Hilbert3D),
            SpatialGrid.ToKey(point, SpaceFillingCurve.Morton3D),
            SpatialGrid.ToKey(point, SpaceFillingCurve.Morton2D),
            id);
        _key.ExecuteNonQuery();
    }

    private void Touch() => _connection.Execute("UPDATE SpatialState SET Changes = Changes + 1");
}
