using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Tensors that give their contents up, in a folder.</summary>
public sealed class EmbeddedPruneTests : PruneTests
{
    public EmbeddedPruneTests()
        : this(new EmbeddedHome())
    {
    }

    private EmbeddedPruneTests(EmbeddedHome home)
        : base(home) => Home = home;

    private EmbeddedHome Home { get; }

    [Fact]
    public void A_plan_changes_not_one_byte_of_the_store()
    {
        Import("m", Family(1, 2, 3));
        Score("m");
        Home.Close();
        Dictionary<string, ContentHash> before = Files(Home.Folder);
        PrunePlan plan = new ModelPruner(Home.Store).Plan("m", new PrunePolicy { Score = ScoreMethod.Magnitude, LowestShare = 1 });
        Assert.Equal(3, plan.Chosen.Count);
        Assert.Equal(3 * 4096, plan.FreedBytes);
        Home.Close();
        Assert.Equal(before, Files(Home.Folder));
    }

    private static Dictionary<string, ContentHash> Files(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => ContentHash.Of(File.ReadAllBytes(path)));
}
