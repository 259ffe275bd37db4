using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Tensors that give their contents up.</summary>
public abstract class PruneTests : IDisposable
{
    private const string Up = "model.layers.0.mlp.up_proj.weight";
    private const string Down = "model.layers.0.mlp.down_proj.weight";
    private const string Query = "model.layers.0.self_attn.q_proj.weight";

    private readonly TempFolder _folder = new();
    private readonly StoreHome _home;

    private protected PruneTests(StoreHome home) => _home = home;

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Tensors_below_a_score_give_their_contents_up()
    {
        Import("m", Family(1, 2, 3));
        Score("m");
        PrunePlan plan = new ModelPruner(_home.Store).Plan("m", new PrunePolicy { Score = ScoreMethod.Magnitude, Below = 0.02 });
        PruneCandidate only = Assert.Single(plan.Chosen);
        Assert.Equal((Down, 4096L, 1L), (only.Tensor.Info.Name, only.FreedBytes, only.FreedAtoms));
        Assert.Equal(0.01, only.Score!.Value, 1e-9);

        PrunePlan done = new ModelPruner(_home.Store).Prune(plan);
        Assert.Equal([Down], done.Chosen.Select(candidate => candidate.Tensor.Info.Name));
        StoredTensor pruned = Tensors("m").Single(tensor => tensor.Info.Name == Down);
        Assert.Equal(only.Tensor.Info.Sha256, pruned.PrunedFrom);
        Assert.All(Read("m", Down), value => Assert.Equal(0, value));
        Assert.Equal(FloatModel.Noise(1, 1024), Read("m", Up));
        Assert.Equal(4096, _home.Store.GetStatistics().BytesReclaimable);
        Verify();

        // Scores of what is left stay.
        Assert.Equal([Up, Query], _home.Store.ListScores(_home.Store.FindModel("m")!.ModelId).Select(score => score.Tensor).Order());
        Assert.Empty(new ModelPruner(_home.Store).Plan("m", new PrunePolicy { Score = ScoreMethod.Magnitude, Below = 0.02 }).Candidates);
    }

    [Fact]
    public void A_pruned_model_is_exported_only_when_it_is_said_how()
    {
        Import("m", Family(1, 2, 3));
        Prune("m", new PrunePolicy { Names = name => name == Down, NamesText = Down });
        StoreException refused = Assert.Throws<StoreException>(() => new ModelExporter(_home.Store).Export("m", _folder.File("no.safetensors")));
        Assert.Equal("EXPORT_PRUNED", refused.Code);
        Assert.False(File.Exists(_folder.File("no.safetensors")));

        ExportResult zeros = new ModelExporter(_home.Store) { Pruned = PrunedExport.Zeros }.Export("m", _folder.File("zeros.safetensors"));
        Assert.Equal((PrunedExport.Zeros, Down), (zeros.PrunedAs, Assert.Single(zeros.PrunedTensors)));
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(zeros.Files[0].Path)[0]))
        {
            Assert.Equal([Up, Down, Query], source.Metadata.Tensors.Select(tensor => tensor.Name));
            Assert.StartsWith("{\"as\":\"zeros\",\"tensors\":{\"" + Down, source.Metadata.Metadata["hartonomous.pruned"].ToString(), StringComparison.Ordinal);
            Assert.All(TensorReading.Read(ModelTensors.Of(source), source.Metadata.Tensors[1]), value => Assert.Equal(0, value));
        }

        ExportResult omitted = new ModelExporter(_home.Store) { Pruned = PrunedExport.Omit }.Export("m", _folder.File("omitted.safetensors"));
        Assert.Equal((PrunedExport.Omit, Down), (omitted.PrunedAs, Assert.Single(omitted.PrunedTensors)));
        Assert.Equal(ContentHash.Of(File.ReadAllBytes(omitted.Files[0].Path)), omitted.Files[0].Sha256);
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(omitted.Files[0].Path)[0]))
        {
            Assert.Equal([Up, Query], source.Metadata.Tensors.Select(tensor => tensor.Name));
            Assert.StartsWith("{\"as\":\"omitted\"", source.Metadata.Metadata["hartonomous.pruned"].ToString(), StringComparison.Ordinal);
            Assert.Equal(FloatModel.Noise(1, 1024), TensorReading.Read(ModelTensors.Of(source), source.Metadata.Tensors[0]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pruned_GGUF_model_is_a_GGUF_model(bool isBigEndian)
    {
        byte[] up = ImatrixBuilder.Bytes(FloatModel.Noise(1, 64));
        byte[] down = ImatrixBuilder.Bytes(FloatModel.Noise(2, 32));
        string path = _folder.Write("g.gguf", new GgufBuilder { BigEndian = isBigEndian }
            .Text("general.architecture", "llama").U32("llama.block_count", 1)
            .Add("blk.0.ffn_up.weight", 0, [32, 2], up).Add("blk.0.ffn_down.weight", 0, [32, 1], down).Build());
        Import("g", path);
        Prune("g", new PrunePolicy { Names = name => name.Contains("up", StringComparison.Ordinal), NamesText = "*up*" });
        foreach ((PrunedExport how, string[] names) in new[]
        {
            (PrunedExport.Zeros, new[] { "blk.0.ffn_up.weight", "blk.0.ffn_down.weight" }), (PrunedExport.Omit, ["blk.0.ffn_down.weight"]),
        })
        {
            ExportResult result = new ModelExporter(_home.Store) { Pruned = how }.Export("g", _folder.File($"{how}.gguf"));
            using ModelSource source = ModelReader.Open(ModelReader.Locate(result.Files[0].Path)[0]);
            Assert.Equal(names, source.Metadata.Tensors.Select(tensor => tensor.Name));
            Assert.Equal(1L, source.Metadata.Metadata["llama.block_count"].Scalar);
            Assert.Contains("blk.0.ffn_up.weight", source.Metadata.Metadata["hartonomous.pruned"].ToString(), StringComparison.Ordinal);
            using Core.Formats.IO.ByteSource content = source.OpenTensor(source.Metadata.Tensors[^1]);
            byte[] bytes = new byte[content.Length];
            content.ReadExactly(0, bytes);
            if (isBigEndian)
            {
                // The file keeps each number the other way round; the builder wrote the data as they are given.
                bytes = [.. bytes.Chunk(4).SelectMany(number => number.Reverse())];
            }

            Assert.Equal(down, bytes);
        }

        Verify();
    }

    [Fact]
    public void What_another_model_has_is_kept_and_listed_so()
    {
        Import("base", Family(1, 2, 3));
        byte[] tuned = Import("tuned", Family(1, 2, 9));
        PrunePlan plan = new ModelPruner(_home.Store).Plan("base", new PrunePolicy { LayerTypes = [LayerType.FeedForward, LayerType.Attention] });
        Assert.Equal([Query], plan.Chosen.Select(candidate => candidate.Tensor.Info.Name));
        Assert.Equal([Up, Down], plan.Candidates.Where(candidate => candidate.Kept is not null).Select(candidate => candidate.Tensor.Info.Name));
        new ModelPruner(_home.Store).Prune(plan);
        Assert.Equal(tuned, Export("tuned"));
        Verify();
    }

    [Fact]
    public void A_file_that_two_models_share_keeps_all_its_tensors()
    {
        Import("a", Family(1, 2, 3));
        byte[] whole = Import("b", Family(1, 2, 3));
        PrunePlan plan = new ModelPruner(_home.Store).Plan("a", new PrunePolicy { Names = _ => true, NamesText = "*" });
        Assert.Empty(plan.Chosen);
        Assert.Equal(3, plan.Candidates.Count);
        Assert.Empty(new ModelPruner(_home.Store).Prune(plan).Chosen);
        Assert.Equal(whole, Export("b"));
        Assert.Equal(whole, Export("a"));
    }

    [Fact]
    public void What_came_into_use_after_the_plan_is_kept()
    {
        Import("a", Family(1, 2, 3));
        PrunePlan plan = new ModelPruner(_home.Store).Plan("a", new PrunePolicy { Names = _ => true, NamesText = "*" });
        Assert.Equal(3, plan.Chosen.Count);
        Import("b", Family(7, 2, 8));
        PrunePlan done = new ModelPruner(_home.Store).Prune(plan);
        Assert.Equal([Up, Query], done.Chosen.Select(candidate => candidate.Tensor.Info.Name));
        Assert.NotEqual(0, Read("b", Down)[0]);
        Verify();
    }

    [Fact]
    public void The_lowest_share_is_rounded_down_and_limits_go_together()
    {
        Import("m", Family(1, 2, 3));
        Score("m");
        ModelPruner pruner = new(_home.Store);
        Assert.Empty(pruner.Plan("m", new PrunePolicy { Score = ScoreMethod.Magnitude, LowestShare = 0.3 }).Chosen);
        Assert.Single(pruner.Plan("m", new PrunePolicy { Score = ScoreMethod.Magnitude, LowestShare = 0.34 }).Chosen);
        Assert.Empty(pruner.Plan("m", new PrunePolicy { Score = ScoreMethod.Magnitude, LowestShare = 0.34, Below = 0.001 }).Chosen);
        PrunePolicy layers = new() { Score = ScoreMethod.Magnitude, LowestShare = 1, LayerTypes = [LayerType.FeedForward] };
        Assert.Equal(2, pruner.Plan("m", layers).Chosen.Count);
        Assert.Empty(pruner.Plan("m", new PrunePolicy { UnusedFor = TimeSpan.FromDays(1) }).Chosen);
        Assert.Equal(3, pruner.Plan("m", new PrunePolicy { UnusedFor = TimeSpan.FromDays(1) }, DateTime.UtcNow.AddDays(2)).Chosen.Count);
    }

    [Fact]
    public void Tied_tensors_free_their_content_with_the_last_of_them()
    {
        float[] noise = FloatModel.Noise(4, 1024);
        Import("t", new FloatModel().Add(Up, [32, 32], noise).Add(Down, [32, 32], noise));
        ModelPruner pruner = new(_home.Store);
        Assert.Empty(pruner.Plan("t", new PrunePolicy { Names = _ => true, SingleUse = true }).Chosen);
        Assert.Equal(0, pruner.Plan("t", new PrunePolicy { Names = name => name == Up }).FreedBytes);
        Assert.Equal([0L, 4096], pruner.Plan("t", new PrunePolicy { Names = _ => true }).Chosen.Select(candidate => candidate.FreedBytes));
        pruner.Prune(pruner.Plan("t", new PrunePolicy { Names = name => name == Up }));
        Assert.Equal(noise, Read("t", Down));
        Assert.Equal(0, _home.Store.GetStatistics().BytesReclaimable);
    }

    [Fact]
    public void What_was_promised_comes_free()
    {
        // Blocks of 1 MiB, some of them shared with another model.
        float[] large = FloatModel.Noise(11, 1 << 20);
        float[] other = [.. large.Take(1 << 19), .. FloatModel.Noise(12, 1 << 19)];
        Import("m", new FloatModel().Add(Up, [1024, 1024], large));
        Import("n", new FloatModel().Add(Up, [1024, 1024], other));
        PrunePlan plan = new ModelPruner(_home.Store).Plan("m", new PrunePolicy { Names = _ => true });
        Assert.Equal((2L, 2L << 20), (plan.FreedAtoms, plan.FreedBytes));
        new ModelPruner(_home.Store).Prune(plan);
        Assert.Equal(2 << 20, _home.Store.GetStatistics().BytesReclaimable);
        Assert.Equal(other, Read("n", Up));
        Verify();
    }

    [Fact]
    public void Importing_the_original_again_brings_the_contents_back()
    {
        byte[] whole = Import("m", Family(1, 2, 3));
        Prune("m", new PrunePolicy { Names = _ => true, NamesText = "*" });
        Assert.Equal(3, _home.Store.ListPruned(_home.Store.FindModel("m")!.ModelId).Count);
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(_folder.File("m.safetensors"))[0]))
        {
            new ModelImporter(_home.Store).Import(source, new ImportOptions { Name = "m", Replace = true });
        }

        Assert.Equal(whole, Export("m"));
        Assert.Empty(_home.Store.ListPruned(_home.Store.FindModel("m")!.ModelId));
        Verify();
    }

    [Fact]
    public void A_verification_counts_pruned_tensors_and_finds_one_that_holds_no_zeros()
    {
        Import("m", Family(1, 2, 3));
        Prune("m", new PrunePolicy { Names = name => name == Down, NamesText = Down });
        Assert.Equal(1, new StoreVerifier(_home.Store).Verify(full: true).Checked["prunedTensors"]);
        Assert.Equal(1, _home.Execute("UPDATE PrunedTensors SET TensorAtomId = (SELECT TensorAtomId FROM TensorAtoms WHERE Ordinal = 0)"));

        VerifyFinding finding = Assert.Single(new StoreVerifier(_home.Store).Verify(full: true).Findings);
        Assert.Equal(("PRUNED_CONTENT", $"m: {Up}"), (finding.Code, finding.Object));
    }

    [Fact]
    public void A_policy_that_names_nothing_or_contradicts_itself_is_refused()
    {
        Import("m", Family(1, 2, 3));
        ModelPruner pruner = new(_home.Store);
        PrunePolicy[] wrong =
        [
            new(), new() { SingleUse = true }, new() { Score = ScoreMethod.Magnitude }, new() { Below = 1 }, new() { Names = _ => true, LowestShare = 1 },
            new() { Score = ScoreMethod.Magnitude, LowestShare = 0 }, new() { Score = ScoreMethod.Magnitude, LowestShare = 1.5 },
            new() { UnusedFor = TimeSpan.FromDays(-1) },
        ];
        Assert.All(wrong, policy => Assert.Equal("PRUNE_POLICY", Assert.Throws<StoreException>(() => pruner.Plan("m", policy)).Code));
        PrunePolicy scored = new() { Score = ScoreMethod.Wanda, Below = 1 };
        Assert.Equal("SCORE_NOT_FOUND", Assert.Throws<StoreException>(() => pruner.Plan("m", scored)).Code);
        Assert.Equal("MODEL_NOT_FOUND", Assert.Throws<StoreException>(() => pruner.Plan("no", new PrunePolicy { Names = _ => true })).Code);
    }

    [Fact]
    public void Another_tenant_keeps_its_contents()
    {
        _home.Store.Tenants.Add("other", new TenantSettings());
        byte[] whole = Import("m", Family(1, 2, 3));
        using (IModelStore other = _home.Store.ForTenant("other"))
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(_folder.Write("o.safetensors", Family(5, 2, 6).Build()))[0]))
        {
            new ModelImporter(other).Import(source, new ImportOptions { Name = "m" });
            PrunePlan plan = new ModelPruner(other).Plan("m", new PrunePolicy { Names = _ => true });
            Assert.Equal([Up, Query], plan.Chosen.Select(candidate => candidate.Tensor.Info.Name));
            new ModelPruner(other).Prune(plan);
            Assert.Empty(_home.Store.ListPruned(other.FindModel("m")!.ModelId));
        }

        Assert.Equal(whole, Export("m"));
        Verify();
    }

    private protected static FloatModel Family(int up, int down, int query) => new FloatModel()
        .Add(Up, [32, 32], FloatModel.Noise(up, 1024))
        .Add(Down, [32, 32], [.. FloatModel.Noise(down, 1024).Select(value => MathF.CopySign(0.01f, value) * (down == 2 ? 1 : 2))])
        .Add(Query, [32, 32], FloatModel.Noise(query, 1024));

    private protected byte[] Import(string name, FloatModel model)
    {
        byte[] bytes = model.Build();
        Import(name, _folder.Write($"{name}.safetensors", bytes));
        return bytes;
    }

    private void Import(string name, string path)
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        new ModelImporter(_home.Store).Import(source, new ImportOptions { Name = name });
    }

    private protected void Score(string name)
    {
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Magnitude);
        new ModelScorer(_home.Store).Score(_home.Store.FindModel(name)!, inputs);
    }

    private void Prune(string name, PrunePolicy policy) => new ModelPruner(_home.Store).Prune(new ModelPruner(_home.Store).Plan(name, policy));

    private byte[] Export(string name)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.safetensors");
        new ModelExporter(_home.Store).Export(name, path);
        return File.ReadAllBytes(path);
    }

    private List<StoredTensor> Tensors(string model) => [.. _home.Store.ListTensors(_home.Store.FindModel(model)!.ModelId)];

    private float[] Read(string model, string tensor)
    {
        ModelTensors tensors = ModelTensors.Of(_home.Store, _home.Store.FindModel(model)!);
        return TensorReading.Read(tensors, tensors.Tensors.Single(info => info.Name == tensor));
    }

    private void Verify() => Assert.Empty(new StoreVerifier(_home.Store).Verify(full: true).Findings);
}
