using FsCheck;
using FsCheck.Fluent;
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

/// <summary>
/// Random families of models over two tenants, which share tensors, blocks and whole files, and a random policy: all models but the pruned one
/// give their files back bit for bit, and the store verifies in full.
/// </summary>
public abstract class PrunePropertyTests
{
    private const int Values = 256;

    private static readonly string[] Names =
        ["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.0.mlp.up_proj.weight", "model.layers.1.mlp.up_proj.weight"];

    private readonly Func<StoreHome> _create;
    private readonly int _families;

    private protected PrunePropertyTests(Func<StoreHome> create, int families)
    {
        _create = create;
        _families = families;
    }

    [Fact]
    public void No_policy_touches_what_others_refer_to()
    {
        Gen<Family> families =
            from models in Gen.Choose(2, 5)
            from contents in Gen.Choose(0, 5).ArrayOf(models * Names.Length)
            from cut in Gen.Choose(0, 1)
            from tenants in Gen.Choose(0, 1).ArrayOf(models)
            from policy in Gen.Choose(0, 6)
            from limit in Gen.Choose(0, 100)
            from target in Gen.Choose(0, models - 1)
            select new Family(contents, cut == 1, tenants, policy, limit, target);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(_families), Prop.ForAll(families.ToArbitrary(), Hold));
    }

    private void Hold(Family family)
    {
        (int[] contents, bool isFine, int[] tenants, int policy, int limit, int target) = family;
        using TempFolder folder = new();
        using StoreHome home = _create();
        IPruningStore store = home.Store;
        store.Tenants.Add("other", new TenantSettings());
        byte[][] files = new byte[tenants.Length][];
        for (int i = 0; i < tenants.Length; i++)
        {
            files[i] = Build(contents.AsSpan(i * Names.Length, Names.Length));
            using IModelStore owner = store.ForTenant(TenantOf(tenants[i]));
            using ModelSource source = ModelReader.Open(ModelReader.Locate(folder.Write($"m{i}.safetensors", files[i]))[0]);
            new ModelImporter(owner).Import(source, new ImportOptions { Granularity = isFine ? Granularity.Row : Granularity.Block });
        }

        using IModelStore scope = store.ForTenant(TenantOf(tenants[target]));
        string name = $"m{target}";
        using (ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Magnitude))
        {
            new ModelScorer(scope).Score(scope.FindModel(name)!, inputs);
        }

        long before = store.ForTenant(TenantNames.All).GetStatistics().BytesReclaimable;
        PrunePlan done = new ModelPruner(scope).Prune(new ModelPruner(scope).Plan(name, Policy(policy, limit)), now: DateTime.UtcNow.AddDays(400));
        Assert.Equal(done.FreedBytes, store.ForTenant(TenantNames.All).GetStatistics().BytesReclaimable - before);
        Assert.Empty(new StoreVerifier(store).Verify(full: true).Findings);
        for (int i = 0; i < tenants.Length; i++)
        {
            if (i != target)
            {
                using IModelStore owner = store.ForTenant(TenantOf(tenants[i]));
                string output = folder.File($"out{i}.safetensors");
                new ModelExporter(owner).Export($"m{i}", output);
                Assert.Equal(files[i], File.ReadAllBytes(output));
            }
        }

        // What stays of the pruned model is what it was, and what went is in no other model.
        HashSet<string> went = [.. done.Chosen.Select(candidate => candidate.Tensor.Info.Name)];
        for (int tensor = 0; tensor < Names.Length; tensor++)
        {
            int content = contents[(target * Names.Length) + tensor];
            ModelTensors model = ModelTensors.Of(scope, scope.FindModel(name)!);
            float[] values = TensorReading.Read(model, model.Tensors.Single(info => info.Name == Names[tensor]));
            Assert.Equal(went.Contains(Names[tensor]) ? new float[Values] : Content(content), values);
            if (went.Contains(Names[tensor]))
            {
                Assert.DoesNotContain(
                    Enumerable.Range(0, contents.Length).Where(i => i / Names.Length != target), i => contents[i] == content);
            }
        }
    }

    private static string TenantOf(int tenant) => tenant == 0 ? TenantNames.Default : "other";

    private static byte[] Build(ReadOnlySpan<int> contents)
    {
        FloatModel model = new();
        for (int i = 0; i < Names.Length; i++)
        {
            model.Add(Names[i], [4, Values / 4], Content(contents[i]));
        }

        return model.Build();
    }

    /// <summary>The first half is that of another content for odd seeds: rows are shared where tensors are not.</summary>
    private static float[] Content(int seed) =>
    [
        .. FloatModel.Noise(100 + (seed / 2), Values / 2).Select(value => value * 0.1f),
        .. FloatModel.Noise(seed, Values / 2).Select(value => value * (seed + 1) / 10f),
    ];

    private static PrunePolicy Policy(int kind, int limit) => kind switch
    {
        0 => new PrunePolicy { Score = ScoreMethod.Magnitude, Below = limit / 200.0 },
        1 => new PrunePolicy { Score = ScoreMethod.Magnitude, LowestShare = Math.Max(0.01, limit / 100.0) },
        2 => new PrunePolicy { UnusedFor = TimeSpan.FromDays(limit) },
        3 => new PrunePolicy { LayerTypes = [LayerType.FeedForward] },
        4 => new PrunePolicy { Names = _ => true },
        5 => new PrunePolicy { Names = _ => true, SingleUse = true },
        _ => new PrunePolicy { Score = ScoreMethod.Magnitude, LowestShare = 1, UnusedFor = TimeSpan.FromDays(limit), SingleUse = true },
    };

    /// <summary>Contents of the models' tensors, how they are cut, whose they are, the policy, and the model that is pruned.</summary>
    private sealed record Family(int[] Contents, bool IsFine, int[] Tenants, int Policy, int Limit, int Target)
    {
        public override string ToString() =>
            $"contents {string.Join(' ', Contents)}, rows {IsFine}, tenants {string.Join(' ', Tenants)}, policy {Policy}, limit {Limit}, target {Target}";
    }
}
