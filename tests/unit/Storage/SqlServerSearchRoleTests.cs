using Hartonomous.Core.Atoms.Import;
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

/// <summary>What logins of the roles can do with sketches, scores, factors and what is pruned.</summary>
[RequiresSqlServer(Feature = "ownership_chains")]
public sealed class SqlServerSearchRoleTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Values = 100 * 120;

    private readonly TestServer _server = fixture.TakeEmpty();

    [Fact]
    public void A_member_of_hart_ingest_spatializes_scores_compresses_and_prunes()
    {
        using TempFolder folder = new();
        using TestLogin login = new(_server, "hart_ingest");
        using SqlServerStore store = SqlServerStore.Open(login.Options);
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
        using TestLogin login = new(_server, "hart_reader");
        using SqlServerStore store = SqlServerStore.Open(login.Options);

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
        Assert.Throws<SqlException>(() => login.Scalar("SELECT Sketch FROM dbo.EmbeddingSketches"));
        Assert.Throws<SqlException>(() => login.Scalar("SELECT Signature FROM dbo.AtomEmbeddings"));
        Assert.Throws<SqlException>(() => login.Scalar("SELECT X FROM dbo.SpatialKeys"));
        Assert.Throws<SqlException>(() => login.Scalar("EXEC dbo.sp_LoadSpatialKeys @TenantId = NULL, @ProjectionConfigId = 1, @Level = N'Tensor'"));
        Assert.Throws<SqlException>(() => login.Scalar("EXEC dbo.sp_ReadSketches @TenantId = NULL, @EmbeddingIds = N'[1]'"));
        Assert.Throws<SqlException>(() => login.Scalar("INSERT INTO dbo.TensorScores (TensorAtomId) VALUES (1)"));
    }

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
}
