using Dapper;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Spatial.Sketches;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Tests.Search;

public sealed class SpatializerTests : IDisposable
{
    private readonly SpatialStoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Every_content_gets_one_sketch_and_a_second_run_has_nothing_to_do()
    {
        float[] shared = SketchContents.Normal(400, 1);
        _fixture.Import("a", ("one", shared), ("two", SketchContents.Normal(100, 2)));
        _fixture.Import("b", ("other", shared), ("three", SketchContents.Normal(50, 3)));

        SpatializeResult first = Spatializer.Run(_fixture.Store);
        Assert.Equal((3, 3, 0, (400 + 100 + 50) * 4), (first.Contents, first.Sketches, first.Projected, first.Bytes));
        SpatializeResult second = Spatializer.Run(_fixture.Store);
        Assert.Equal((0, 0, 0), (second.Contents, second.Sketches, second.Projected));
        StoredSpace space = Assert.Single(_fixture.Store.Spatial.ListSpaces(withCounts: true));
        Assert.Equal(SpatialSpace.Default, space.Space);
        Assert.Equal([KeyValuePair.Create(SpatialLevel.Tensor, 3L)], space.Keys);
    }

    [Fact]
    public void Stored_keys_are_those_of_the_sketch_and_the_curves()
    {
        float[] values = SketchContents.Normal(3000, 5);
        _fixture.Import("m", ("t", values));
        Spatializer.Run(_fixture.Store);

        SpatialPoint point = new SketchProjection().Project(new TensorSketcher().Compute(values).Values.Span);
        (double x, double y, double z, long hilbert, long morton, long morton2, long inTree) = Query(
            "SELECT X, Y, Z, HilbertIndex, MortonIndex, Morton2DIndex, IsInTree FROM SpatialKeys");
        Assert.Equal(point, new SpatialPoint((float)x, (float)y, (float)z));
        Assert.Equal(SpatialGrid.ToKey(point, SpaceFillingCurve.Hilbert3D), hilbert);
        Assert.Equal(SpatialGrid.ToKey(point, SpaceFillingCurve.Morton3D), morton);
        Assert.Equal(SpatialGrid.ToKey(point, SpaceFillingCurve.Morton2D), morton2);
        Assert.Equal(1, inTree);
    }

    [Fact]
    public void Another_projection_reads_no_content_again()
    {
        _fixture.Import("m", ("t", SketchContents.Normal(300, 6)), ("u", SketchContents.Normal(300, 7)));
        Spatializer.Run(_fixture.Store);
        SpatialSpace landmark = new(SketchConfig.Default, new ProjectionConfig(ProjectionMethod.Landmark));

        SpatializeResult result = Spatializer.Run(_fixture.Store, new SpatializeOptions { Space = landmark });
        Assert.Equal((0, 0, 2), (result.Contents, result.Sketches, result.Projected));
        Assert.Equal([SpatialSpace.Default, landmark], _fixture.Store.Spatial.ListSpaces().Select(stored => stored.Space));
        Assert.Equal(SpatialSpace.Default, SpatialSpaces.Resolve(_fixture.Store));
        Assert.Equal(landmark, SpatialSpaces.Resolve(_fixture.Store, ProjectionMethod.Landmark));
        StoreException none = Assert.Throws<StoreException>(() => SpatialSpaces.Resolve(_fixture.Store, seed: 7));
        Assert.Equal(StoreErrorCodes.SpatialNoKeys, none.Code);
    }

    [Fact]
    public void Several_spaces_without_the_default_have_to_be_named()
    {
        _fixture.Import("m", ("t", SketchContents.Normal(300, 6)));
        foreach (ulong seed in (ulong[])[1, 2])
        {
            SpatialSpace space = new(new SketchConfig(64), new ProjectionConfig(Dimension: 64, Seed: seed));
            Spatializer.Run(_fixture.Store, new SpatializeOptions { Space = space });
        }

        Assert.Equal(StoreErrorCodes.SpatialAmbiguous, Assert.Throws<StoreException>(() => SpatialSpaces.Resolve(_fixture.Store)).Code);
        Assert.Equal(2ul, SpatialSpaces.Resolve(_fixture.Store, seed: 2).Projection.Seed);
    }

    [Fact]
    public void A_run_that_is_ended_keeps_its_chunks_and_the_next_one_does_the_rest()
    {
        (string, float[])[] tensors = [.. Enumerable.Range(0, 600).Select(i => ($"t{i}", SketchContents.Normal(20, i)))];
        _fixture.Import("m", tensors);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Spatializer.Run(
            _fixture.Store, null, new StopAt(300 * 80, stop), stop.Token));

        _fixture.Reopen();
        long kept = _fixture.Store.Spatial.ListSpaces(withCounts: true).Sum(space => space.Keys.Values.Sum());
        Assert.InRange(kept, 1, 599);
        SpatializeResult rest = Spatializer.Run(_fixture.Store);
        Assert.Equal(600 - kept, rest.Sketches);
        Assert.Equal(0, Spatializer.Run(_fixture.Store).Sketches);
    }

    [Fact]
    public void Rows_get_the_sketches_they_would_have_by_themselves()
    {
        float[] values = SketchContents.Normal(30 * 70, 8);
        SpatialStoreFixture.ImportTo(_fixture.Store, "m", ("t", TensorDtype.F32, [30, 70], SpatialStoreFixture.Bytes(values)));
        SpatializeOptions rows = new() { Levels = [SpatialLevel.Row, SpatialLevel.Block] };

        Assert.Equal(31, Spatializer.Run(_fixture.Store, rows).Sketches);
        Assert.Equal(0, Spatializer.Run(_fixture.Store, rows).Sketches);
        ContentHash hash = ContentHash.Of(SpatialStoreFixture.Bytes(values));
        Sketch stored = _fixture.Store.Spatial.FindSketch(
            SketchConfig.Default, SpatialLevel.Row, hash, TensorDtype.F32, new SpatialRows(70, 29, 1))!;
        Assert.Equal(new TensorSketcher().Compute(values.AsSpan(29 * 70, 70)).Values.ToArray(), stored.Values.ToArray());
    }

    [Fact]
    public void Rows_that_were_committed_before_an_end_are_not_made_again()
    {
        float[] values = SketchContents.Normal(10 * 16, 8);
        StoredModel model = SpatialStoreFixture.ImportTo(_fixture.Store, "m", ("t", TensorDtype.F32, [10, 16], SpatialStoreFixture.Bytes(values)));
        PendingAtom atom = Assert.Single(_fixture.Store.Spatial.ListPending(SketchConfig.Default, SpatialLevel.Row, [model.ModelId], null, 10));
        Assert.Equal(0, atom.RowsDone);
        _fixture.Store.Spatial.Write(SpatialSpace.Default, [.. Enumerable.Range(0, 4).Select(row => new SpatialEntry(
            atom.AtomId, SpatialLevel.Row, TensorDtype.F32, new SpatialRows(16, row, 1),
            new TensorSketcher().Compute(values.AsSpan(row * 16, 16)), default))]);

        Assert.Equal(4, Assert.Single(_fixture.Store.Spatial.ListPending(SketchConfig.Default, SpatialLevel.Row, null, null, 10)).RowsDone);
        Assert.Equal(6, Spatializer.Run(_fixture.Store, new SpatializeOptions { Levels = [SpatialLevel.Row] }).Sketches);
    }

    [Fact]
    public void Heads_are_the_rows_that_are_said_to_be_one_and_only_those_of_projections()
    {
        byte[] query = SpatialStoreFixture.Bytes(SketchContents.Normal(8 * 8, 9));
        byte[] output = SpatialStoreFixture.Bytes(SketchContents.Normal(8 * 8, 10));
        SpatialStoreFixture.ImportTo(
            _fixture.Store, "m", ("model.layers.0.self_attn.q_proj.weight", TensorDtype.F32, [8, 8], query),
            ("model.layers.0.self_attn.o_proj.weight", TensorDtype.F32, [8, 8], output));

        SpatializeResult result = Spatializer.Run(_fixture.Store, new SpatializeOptions { Levels = [SpatialLevel.Head], HeadRows = 4 });
        Assert.Equal((2, 1), (result.Sketches, result.WithoutHeads));
        Assert.Equal(2, Spatializer.Run(_fixture.Store, new SpatializeOptions { Levels = [SpatialLevel.Head] }).WithoutHeads + 1);
    }

    [Fact]
    public void What_belongs_to_an_atom_goes_with_it()
    {
        StoredModel model = _fixture.Import("m", ("t", SketchContents.Normal(300, 6)), ("u", SketchContents.Normal(300, 7)));
        Spatializer.Run(_fixture.Store, new SpatializeOptions { Levels = [SpatialLevel.Tensor, SpatialLevel.Row] });
        _fixture.Store.RemoveModel(model.ModelId);
        using SqliteConnection connection = Connect();
        connection.Execute("PRAGMA foreign_keys = ON; DELETE FROM AtomPayloads; DELETE FROM TenantAtoms; DELETE FROM Atoms");

        foreach (string table in (string[])["AtomEmbeddings", "EmbeddingSketches", "SpatialKeys", "SpatialTree"])
        {
            Assert.Equal(0, connection.ExecuteScalar<long>($"SELECT count(*) FROM {table}"));
        }

        Assert.Equal(["ok"], connection.Query<string>("PRAGMA integrity_check(5)"));
    }

    [Fact]
    public void Much_new_work_gives_up_the_curves_indexes_and_makes_them_anew()
    {
        _fixture.Import("m", ("t", SketchContents.Normal(300, 6)));
        Spatializer.Run(_fixture.Store);
        using SqliteConnection connection = Connect();
        Assert.Equal(3, Indexes());
        _fixture.Store.Spatial.BeginBulk(100);
        Assert.Equal(3, Indexes());
        _fixture.Store.Spatial.BeginBulk(1_000_000);
        Assert.Equal(0, Indexes());
        _fixture.Store.Spatial.BuildIndexes();
        Assert.Equal(3, Indexes());

        long Indexes() => connection.ExecuteScalar<long>(
            """
            SELECT count(*) FROM sqlite_master
            WHERE type = 'index' AND name IN ('IX_SpatialKeys_Hilbert', 'IX_SpatialKeys_Morton', 'IX_SpatialKeys_Morton2D')
            """);
    }

    [Theory]
    [InlineData(IndexStrategy.Hilbert3D)]
    [InlineData(IndexStrategy.RTree)]
    public void Keys_without_an_index_are_found_all_the_same(IndexStrategy strategy)
    {
        StoredModel model = _fixture.Import("m", ("t", SketchContents.Normal(300, 6)), ("u", SketchContents.Normal(300, 7)));
        TensorSketcher sketcher = new();
        SketchProjection projection = new();
        IReadOnlyList<PendingAtom> pending = _fixture.Store.Spatial.ListPending(SketchConfig.Default, SpatialLevel.Tensor, [model.ModelId], null, 10);
        _fixture.Store.Spatial.Write(SpatialSpace.Default, [.. pending.Select(atom =>
        {
            Sketch sketch = sketcher.Compute(SketchContents.Normal(300, atom.Tensor.Name == "t" ? 6 : 7));
            return new SpatialEntry(atom.AtomId, SpatialLevel.Tensor, atom.Dtype, SpatialRows.Whole, sketch, projection.Project(sketch.Values.Span));
        })]);

        SpatialAnswer answer = _fixture.Store.Spatial.Search(SpatialSpace.Default, SpatialLevel.Tensor, new SpatialSearch
        {
            Sketch = sketcher.Compute(SketchContents.Normal(300, 7)),
            Strategy = strategy,
            Top = 1,
        });
        Assert.Equal("u", Assert.Single(answer.Hits).Tensor.Info.Name);
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={Path.Combine(_fixture.Folder, "hart.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private (double X, double Y, double Z, long Hilbert, long Morton, long Morton2, long InTree) Query(string sql)
    {
        using SqliteConnection connection = Connect();
        return connection.QuerySingle<(double, double, double, long, long, long, long)>(sql);
    }

    private sealed class StopAt(long bytes, CancellationTokenSource stop) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            if (value.BytesDone >= bytes)
            {
                stop.Cancel();
            }
        }
    }
}
