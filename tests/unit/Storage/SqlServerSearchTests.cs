using Hartonomous.Core.Atoms;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Search;
using Hartonomous.Tests.Spatial.Sketches;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>What of search, factors and pruning only a server has: roles, tenants that read nothing of each other's, procedures for people.</summary>
[RequiresSqlServer]
public sealed class SqlServerSearchTests : IClassFixture<ServerFixture>, IDisposable
{
    private const string Password = "Probe-9-Login";
    private const int Values = 100 * 120;

    private readonly TestServer _server;
    private readonly List<string> _logins = [];

    public SqlServerSearchTests(ServerFixture fixture) => _server = fixture.TakeEmpty();

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        foreach (string login in _logins)
        {
            _server.Execute($"DROP USER {login}");
            _server.Execute($"DROP LOGIN {login}");
        }
    }

    [Fact]
    public void A_member_of_hart_ingest_spatializes_scores_compresses_and_prunes()
    {
        using TempFolder folder = new();
        using SqlServerStore store = SqlServerStore.Open(Login("hart_ingest"));
        string path = folder.Write("m.safetensors", new FloatModel()
            .Add("model.layers.0.mlp.up_proj.weight", [100, 120], FloatModel.Noise(1, Values))
            .Add("model.layers.0.mlp.down_proj.weight", [100, 120], FloatModel.Noise(2, Values)).Build());
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]))
        {
            new ModelImporter(store).Import(source, new ImportOptions { Name = "m" });
        }

        StoredModel model = store.FindModel("m")!;
        Assert.Equal(2, Spatializer.Run(store).Sketches);
        using (ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Magnitude))
        {
            new ModelScorer(store).Score(model, inputs);
        }

        Assert.Equal(2, store.ListScores(model.ModelId).Count);
        CompressionRequest request = new(model, [.. store.ListTensors(model.ModelId)], new CompressionOptions { Rank = 4, MinElements = 0 });
        Assert.All(new ModelCompressor(store).Compress(request), result => Assert.Equal(CompressionStatus.Compressed, result.Status));
        Assert.Equal(2, store.Factors.List(model.ModelId).Count);
        ModelPruner pruner = new(store);
        Assert.Single(pruner.Prune(pruner.Plan("m", new PrunePolicy { Names = name => name.Contains("up", StringComparison.Ordinal) })).Chosen);
        Assert.Single(store.ListPruned(store.FindModel("m")!.ModelId));
        store.NoteAccess(store.ListTensors(store.FindModel("m")!.ModelId).First().Info.Sha256!.Value);
        store.FlushAccess();
    }

    [Fact]
    public void A_reader_searches_by_every_strategy_and_writes_nothing()
    {
        StoredModel model = Plant(out float[] values);
        using SqlServerStore store = SqlServerStore.Open(Login("hart_reader"));

        Assert.All(Enum.GetValues<IndexStrategy>(), strategy => Assert.Equal(
            "near",
            SimilarTensorFinder.Find(store, SearchedTensor.InStore(store, model, "t"), new SimilarityOptions { Top = 1, Strategy = strategy })
                .Results.Single().Hit.Tensor.Info.Name));
        using (SqlServerStore admin = SqlServerStore.Open(_server.Options))
        {
            SpatialStoreFixture.ImportTo(admin, "late", ("t", TensorDtype.F32, [50], SpatialStoreFixture.Bytes(SketchContents.Normal(50, 9))));
        }

        AssertDenied(() => Spatializer.Run(store));
        AssertDenied(() => store.SaveScores([Score(store, model)]));
        AssertDenied(() => store.Factors.Put(1, Factors(values)));
        AssertDenied("hart_reader", "SELECT Sketch FROM dbo.EmbeddingSketches");
        AssertDenied("hart_reader", "SELECT Signature FROM dbo.AtomEmbeddings");
        AssertDenied("hart_reader", "SELECT X FROM dbo.SpatialKeys");
        AssertDenied("hart_reader", "EXEC dbo.sp_LoadSpatialKeys @TenantId = NULL, @ProjectionConfigId = 1, @Level = N'Tensor'");
        AssertDenied("hart_reader", "EXEC dbo.sp_ReadSketches @TenantId = NULL, @EmbeddingIds = N'[1]'");
        AssertDenied("hart_reader", "INSERT INTO dbo.TensorScores (TensorAtomId) VALUES (1)");
    }

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

    [Fact]
    public void A_person_asks_the_server_who_lies_near_a_point()
    {
        Plant(out _);
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
        Assert.Equal(
            StoreErrorCodes.InPlaceUnsupported,
            Assert.Throws<StoreException>(() => new ModelAbsorber(store).Absorb("m")).Code);
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static StoredScore Score(SqlServerStore store, StoredModel model)
    {
        StoredTensor tensor = store.ListTensors(model.ModelId).First();
        return new StoredScore
        {
            TensorAtomId = tensor.TensorAtomId,
            Tensor = tensor.Info.Name,
            Sha256 = tensor.Info.Sha256!.Value,
            Method = "Magnitude",
            Mean = 1,
            Total = 2,
            Least = 0,
            Greatest = 2,
            ValueCount = 2,
            InvalidCount = 0,
            RowMeans = null,
            BlockMeans = [1],
            Inputs = "[]",
            ProductVersion = "1",
            ScoredAtUtc = DateTime.UtcNow,
        };
    }

    private static TensorFactors Factors(float[] values)
    {
        byte[] bytes = SpatialStoreFixture.Bytes(values);
        FactorLayout layout = new(TensorDtype.F32, 4, 4, 1, TensorDtype.F32, null);
        return new TensorFactors(layout, bytes[..16], bytes[16..32], null, ContentHash.Of(bytes), new FactorFigures(0.1, 0.1, 0.1, null));
    }

    private static void AssertDenied(Action action) => Assert.Equal(StoreErrorCodes.StorePermission, Assert.Throws<StoreException>(action).Code);

    private void AssertDenied(string role, string sql)
    {
        using SqlConnection connection = Login(role).NewConnection();
        connection.Open();
        using SqlCommand command = new(sql, connection);
        Assert.Throws<SqlException>(command.ExecuteScalar);
    }

    // A tensor, one near it, and strangers.
    private StoredModel Plant(out float[] values)
    {
        values = SketchContents.Normal(4000, 100);
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        (string, TensorDtype, long[], byte[]) Tensor(string name, float[] content) => (name, TensorDtype.F32, [content.Length], SpatialStoreFixture.Bytes(content));
        float[] near = SketchContents.Pair(values, SketchContents.Normal(4000, 1), 0.95).Y;
        StoredModel model = SpatialStoreFixture.ImportTo(
            store, "m", [Tensor("t", values), Tensor("near", near), .. Enumerable.Range(0, 10).Select(i => Tensor($"s{i}", SketchContents.Normal(4000, 200 + i)))]);
        Spatializer.Run(store);
        return model;
    }

    private SqlServerOptions Login(string role)
    {
        string name = $"hart_login_{Guid.NewGuid():N}"[..24];
        _server.Execute($"CREATE LOGIN {name} WITH PASSWORD = '{Password}'");
        _logins.Add(name);
        _server.Execute($"CREATE USER {name} FOR LOGIN {name}");
        _server.Execute($"ALTER ROLE {role} ADD MEMBER {name}");
        SqlConnectionStringBuilder builder = TestServer.Builder(_server.Database);
        builder.UserID = name;
        builder.Password = Password;
        builder.MaxPoolSize = 10;
        return SqlServerOptions.Parse(builder.ConnectionString);
    }
}
