using Dapper;
using Hartonomous.Core.Search;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Spatial.Sketches;
using Hartonomous.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Tests.Search;

/// <summary>Sketches and keys for what is stored, in a folder.</summary>
public sealed class EmbeddedSpatializerTests : SpatializerTests
{
    public EmbeddedSpatializerTests()
        : this(new EmbeddedHome())
    {
    }

    private EmbeddedSpatializerTests(EmbeddedHome home)
        : base(home) => Home = home;

    private EmbeddedHome Home { get; }

    [Fact]
    public void Keys_come_into_the_tree()
    {
        new SpatialStoreFixture(Home).Import("m", ("t", SketchContents.Normal(300, 6)));
        Spatializer.Run(Home.Store);
        Assert.Equal([1L], Assert.Single(Home.Rows("SELECT IsInTree FROM SpatialKeys")).Cast<long>());
    }

    [Fact]
    public void What_belongs_to_an_atom_goes_with_it()
    {
        EmbeddedHome home = Home;
        SpatialStoreFixture fixture = new(home);
        StoredModel model = fixture.Import("m", ("t", SketchContents.Normal(300, 6)), ("u", SketchContents.Normal(300, 7)));
        Spatializer.Run(home.Store, new SpatializeOptions { Levels = [SpatialLevel.Tensor, SpatialLevel.Row] });
        home.Store.RemoveModel(model.ModelId);
        using SqliteConnection connection = home.Connect();
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
        EmbeddedHome home = Home;
        SpatialStoreFixture fixture = new(home);
        fixture.Import("m", ("t", SketchContents.Normal(300, 6)));
        Spatializer.Run(home.Store);
        using SqliteConnection connection = home.Connect();
        Assert.Equal(3, Indexes());
        home.Store.Spatial.BeginBulk(100);
        Assert.Equal(3, Indexes());
        home.Store.Spatial.BeginBulk(1_000_000);
        Assert.Equal(0, Indexes());
        home.Store.Spatial.BuildIndexes();
        Assert.Equal(3, Indexes());

        long Indexes() => connection.ExecuteScalar<long>(
            """
            SELECT count(*) FROM sqlite_master
            WHERE type = 'index' AND name IN ('IX_SpatialKeys_Hilbert', 'IX_SpatialKeys_Morton', 'IX_SpatialKeys_Morton2D')
            """);
    }
}
