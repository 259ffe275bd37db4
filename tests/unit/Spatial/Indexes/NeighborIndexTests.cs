using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Tests.Spatial.Sketches;

namespace Hartonomous.Tests.Spatial.Indexes;

public sealed class NeighborIndexTests
{
    private const int Dimension = 64;
    private const int Families = 60;
    private const int Members = 25;

    private static readonly double[] Cosines = [0.99, 0.95, 0.9, 0.8, 0.7];

    public static TheoryData<IndexStrategy> Strategies => new(Enum.GetValues<IndexStrategy>());

    [Theory]
    [MemberData(nameof(Strategies))]
    public void With_candidates_for_all_every_strategy_finds_what_exact_finds(IndexStrategy strategy)
    {
        SketchArray sketches = Planted();
        INeighborIndex index = NeighborIndex.Build(strategy, sketches);
        Assert.Equal((strategy, sketches.Count), (index.Strategy, index.Count));
        for (int i = 0; i < sketches.Count; i += 37)
        {
            NeighborResult result = index.Search(sketches[i], new NeighborQuery { Top = 8, MaxCandidates = sketches.Count });
            Assert.Equal(BruteForce(sketches, sketches[i], 8), result.Neighbors.Select(neighbor => neighbor.Ordinal));
            Assert.Equal(i, result.Neighbors[0].Ordinal);
            Assert.Equal(1, result.Neighbors[0].Similarity, 1e-5f);
            Assert.Equal(0, result.Neighbors[0].Distance, 1e-9);
            Assert.NotEqual(Certainty.StoppedEarly, result.Certainty);
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void An_answer_that_is_called_certain_is_complete_however_few_candidates_are_allowed(IndexStrategy strategy)
    {
        SketchArray sketches = Planted();
        INeighborIndex index = NeighborIndex.Build(strategy, sketches);
        int certain = 0;
        foreach (int most in (int[])[1, 20, 300, 1200])
        {
            for (int i = 0; i < sketches.Count; i += 61)
            {
                NeighborResult result = index.Search(sketches[i], new NeighborQuery { Top = 2, MaxCandidates = most });
                Assert.True(strategy == IndexStrategy.Exact || result.Candidates <= most);
                if (result.Certainty == Certainty.Certain)
                {
                    certain++;
                    Assert.Equal(BruteForce(sketches, sketches[i], 2), result.Neighbors.Select(neighbor => neighbor.Ordinal));
                }
                else if (most == 1)
                {
                    Assert.InRange(result.Neighbors.Count, 0, 1);
                }
            }
        }

        Assert.True(certain > 0 || strategy == IndexStrategy.Signature);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Filters_radius_and_least_similarity_bound_the_answer(IndexStrategy strategy)
    {
        SketchArray sketches = Planted();
        INeighborIndex index = NeighborIndex.Build(strategy, sketches);
        for (int i = 0; i < sketches.Count; i += 101)
        {
            NeighborQuery all = new() { Top = sketches.Count, MaxCandidates = sketches.Count };
            IReadOnlyList<Neighbor> everything = NeighborIndex.Build(IndexStrategy.Exact, sketches).Search(sketches[i], all).Neighbors;
            Assert.Equal(
                everything.Where(neighbor => neighbor.Ordinal % 3 == 0 && neighbor.Similarity >= 0.6f),
                index.Search(sketches[i], all with { Filter = ordinal => ordinal % 3 == 0, MinSimilarity = 0.6f }).Neighbors);
            Assert.Equal(
                everything.Where(neighbor => neighbor.Distance <= 20),
                index.Search(sketches[i], all with { Radius = 20 }).Neighbors);
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Zero_sketches_have_no_neighbours_and_are_nobodys(IndexStrategy strategy)
    {
        SketchArray sketches = new(100, Dimension);
        SketchContents.Normal(Dimension, 1).CopyTo(sketches[40]);
        Normalize(sketches[40]);
        INeighborIndex index = NeighborIndex.Build(strategy, sketches);
        Assert.Equal(40, Assert.Single(index.Search(sketches[40], new NeighborQuery()).Neighbors).Ordinal);
        NeighborResult none = index.Search(sketches[0], new NeighborQuery());
        Assert.Equal((0, Certainty.Certain), (none.Neighbors.Count, none.Certainty));
        Assert.Empty(NeighborIndex.Build(strategy, new SketchArray(0, Dimension)).Search(sketches[40], new NeighborQuery()).Neighbors);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Equal_sketches_come_in_the_order_of_their_ordinals(IndexStrategy strategy)
    {
        SketchArray sketches = new(200, Dimension);
        float[] one = SketchContents.Normal(Dimension, 1);
        for (int i = 0; i < 200; i++)
        {
            one.CopyTo(sketches[i]);
            Normalize(sketches[i]);
        }

        NeighborResult result = NeighborIndex.Build(strategy, sketches).Search(sketches[150], new NeighborQuery { Top = 5 });
        Assert.Equal([0, 1, 2, 3, 4], result.Neighbors.Select(neighbor => neighbor.Ordinal));
    }

    [Fact]
    public void The_default_strategy_finds_the_families_among_many_strangers()
    {
        const int Count = 20_000;
        SketchArray sketches = new(Count, 256);
        float[] noise = SketchContents.Normal(Count * 256, 2);
        for (int i = 0; i < Count; i++)
        {
            Span<float> row = noise.AsSpan(i * 256, 256);

            // Ten relatives of each tenth of the first 2,000, at cosines from 0.5 to 0.95.
            if (i < 2000 && i % 10 > 0)
            {
                SketchContents.Pair(sketches[i / 10 * 10].ToArray(), row.ToArray(), 0.5 + (0.05 * (i % 10))).Y.CopyTo(row);
            }

            row.CopyTo(sketches[i]);
            Normalize(sketches[i]);
        }

        INeighborIndex index = NeighborIndex.Build(NeighborIndex.Default, sketches);
        int found = 0;
        for (int i = 0; i < 2000; i += 10)
        {
            found += index.Search(sketches[i], new NeighborQuery { Top = 10 }).Neighbors.Count(neighbor => neighbor.Ordinal / 10 == i / 10);
        }

        Assert.InRange(found, 0.98 * 2000, 2000);
    }

    [Fact]
    public void Signatures_give_the_same_answer_on_every_vector_width()
    {
        SketchArray sketches = Planted();
        SketchProjection projection = new(new ProjectionConfig(Dimension: Dimension));
        SignatureIndex[] indexes = [.. Enum.GetValues<VectorWidth>().Select(width =>
            new SignatureIndex(sketches, projection, PointSet.Of(sketches, projection), null, width))];
        for (int i = 0; i < sketches.Count; i += 53)
        {
            NeighborResult[] results = [.. indexes.Select(index => index.Search(sketches[i], new NeighborQuery { MaxCandidates = 100 }))];
            foreach (NeighborResult result in results[1..])
            {
                Assert.Equal(results[0].Neighbors, result.Neighbors);
                Assert.Equal((results[0].Candidates, results[0].Certainty), (result.Candidates, result.Certainty));
            }
        }
    }

    [Fact]
    public void Wrong_dimensions_and_questions_are_refused()
    {
        INeighborIndex index = NeighborIndex.Build(IndexStrategy.Exact, Planted());
        Assert.Throws<ArgumentException>(() => index.Search(new float[5], new NeighborQuery()));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search(new float[Dimension], new NeighborQuery { Top = 0 }));
        Assert.Throws<ArgumentException>(() => NeighborIndex.Build(IndexStrategy.Exact, Planted(), new SketchProjection()));
    }

    // Families: a base and members at the cosines above, and strangers.
    private static SketchArray Planted()
    {
        SketchArray sketches = new(Families * Members, Dimension);
        for (int family = 0; family < Families; family++)
        {
            float[] origin = SketchContents.Normal(Dimension, 1000 + family);
            for (int member = 0; member < Members; member++)
            {
                int ordinal = (member * Families) + family;
                float[] noise = SketchContents.Normal(Dimension, 5000 + ordinal);
                float[] values = member == 0 ? origin : member <= Cosines.Length ? SketchContents.Pair(origin, noise, Cosines[member - 1]).Y : noise;
                values.CopyTo(sketches[ordinal]);
                Normalize(sketches[ordinal]);
            }
        }

        return sketches;
    }

    private static IEnumerable<int> BruteForce(SketchArray sketches, Span<float> sketch, int top)
    {
        float[] searched = sketch.ToArray();
        return [.. Enumerable.Range(0, sketches.Count)
            .OrderByDescending(i => sketches[i].ToArray().Zip(searched, (a, b) => (double)a * b).Sum())
            .Take(top)];
    }

    private static void Normalize(Span<float> values)
    {
        double squares = 0;
        foreach (float value in values)
        {
            squares += (double)value * value;
        }

        foreach (ref float value in values)
        {
            value = (float)(value / Math.Sqrt(squares));
        }
    }
}
