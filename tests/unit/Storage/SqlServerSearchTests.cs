using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Search;
using Hartonomous.Tests.Spatial.Sketches;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>What of search only a server has: tenants that are given nothing of each other's, procedures for people; and what it has not.</summary>
[RequiresSqlServer]
public sealed class SqlServerSearchTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly TestServer _server = fixture.TakeEmpty();

    [Fact]
    public void A_tenant_is_given_no_sketch_or_key_of_another_tenants_contents()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        foreach ((int seed, string name) in new[] { "a", "b" }.Index())
        {
            store.Tenants.Add(name, new TenantSettings());
            using IModelStore own = store.ForTenant(name);
            SpatialStoreFixture.ImportTo(own, "m", ("t", TensorDtype.F32, [300], SpatialStoreFixture.Bytes(SketchContents.Normal(300, seed))));
            Spatializer.Run(own);
        }

        long a = (long)_server.Scalar("SELECT TenantId FROM dbo.Tenants WHERE Name = N'a'")!;
        object projection = _server.Scalar("SELECT MAX(ProjectionConfigId) FROM dbo.ProjectionConfig")!;
        List<string[]> keys = _server.Rows($"EXEC dbo.sp_LoadSpatialKeys @TenantId = {a}, @ProjectionConfigId = {projection}, @Level = N'Tensor'");
        Assert.Single(keys);
        Assert.Equal(2L, _server.Scalar("SELECT COUNT_BIG(*) FROM dbo.EmbeddingSketches"));
        string all = string.Join(',', _server.Rows("SELECT EmbeddingId FROM dbo.EmbeddingSketches").Select(row => row[0]));
        Assert.Equal(keys[0][0], Assert.Single(_server.Rows($"EXEC dbo.sp_ReadSketches @TenantId = {a}, @EmbeddingIds = N'[{all}]'"))[0]);
        using IModelStore everybody = store.ForTenant(TenantNames.All);
        Assert.Equal(2, everybody.Spatial.OpenSketches(SpatialSpace.Default, SpatialLevel.Tensor, SpatialFilter.None).Count);
    }

    [Theory]
    [InlineData("hart_reader")]
    [InlineData("hart_ingest")]
    public void Sketches_signatures_and_points_are_read_through_procedures_only(string role)
    {
        using TestLogin login = new(_server, role);
        Assert.Equal(0L, login.Scalar("SELECT COUNT_BIG(AtomId) FROM dbo.AtomEmbeddings"));
        Assert.All(
            ["SELECT Sketch FROM dbo.EmbeddingSketches", "SELECT Signature FROM dbo.AtomEmbeddings", "SELECT X FROM dbo.SpatialKeys"],
            sql => Assert.Throws<SqlException>(() => login.Scalar(sql)));
    }

    [Fact]
    public void A_person_asks_the_server_who_lies_near_a_point()
    {
        Plant();
        List<string[]> keys = _server.Rows("SELECT k.EmbeddingId, k.X, k.Y, k.Z, k.ProjectionConfigId FROM dbo.SpatialKeys k ORDER BY k.EmbeddingId");
        string[] first = keys[0];
        List<string[]> near = _server.Rows(
            $"EXEC dbo.sp_FindSimilarAtoms @TenantId = NULL, @ProjectionConfigId = {first[4]}, @X = {first[1]}, @Y = {first[2]}, @Z = {first[3]}, @Top = 2");

        double[] distances = [.. keys.Select(key => Math.Sqrt(Enumerable.Range(1, 3).Sum(i => Math.Pow(Number(key[i]) - Number(first[i]), 2)))).Order()];
        Assert.Equal(first[0], near[0][0]);
        Assert.Equal(distances[..2], near.Select(row => Number(row[1])), EqualityComparer<double>.Create((x, y) => Math.Abs(x - y) < 1e-9, _ => 0));
    }

    [Fact]
    public void Files_cannot_be_referred_to_in_place()
    {
        using TempFolder folder = new();
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        string path = folder.Write("m.safetensors", new FloatModel().Add("w", [100], FloatModel.Noise(1, 100)).Build());
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);

        StoreException error = Assert.Throws<StoreException>(
            () => new ModelImporter(store).Import(source, new ImportOptions { Name = "m", InPlace = true }));

        Assert.Equal(StoreErrorCodes.InPlaceUnsupported, error.Code);
        Assert.Empty(store.ListModels());
        new ModelImporter(store).Import(source, new ImportOptions { Name = "m" });
        Assert.Equal(new AbsorbSummary(0, 0), new ModelAbsorber(store).Absorb("m"));
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    // A tensor, one near it, and strangers.
    private void Plant()
    {
        float[] values = SketchContents.Normal(4000, 100);
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        (string, TensorDtype, long[], byte[]) Tensor(string name, float[] content) => (name, TensorDtype.F32, [content.Length], SpatialStoreFixture.Bytes(content));
        float[] near = SketchContents.Pair(values, SketchContents.Normal(4000, 1), 0.95).Y;
        SpatialStoreFixture.ImportTo(
            store, "m", [Tensor("t", values), Tensor("near", near), .. Enumerable.Range(0, 10).Select(i => Tensor($"s{i}", SketchContents.Normal(4000, 200 + i)))]);
        Spatializer.Run(store);
    }
}
