using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>The expected figures are NumPy's, of the formulas that <see cref="ScoreMethod"/> states.</summary>
public sealed class ScoreTests : IDisposable
{
    internal static readonly float[] Weights = [1, -2, 0.5f, 4, -0.25f, 3, -1, 0, 2, 2, -8, 1];
    private static readonly float[] Gradients = [0.5f, 1, -2, 0.25f, 4, -1, 2, 7, -0.125f, 0, 0.5f, 3];
    private static readonly float[] Initial = [2, 1, 0.5f, -1, 0.25f, -1, 4, 1, 0, -3, 2, 0.5f];
    internal static readonly float[] Activations = [1, 2, 0, -4, 3, -2, 0, 4, -1, 1, 0, 2, 5, 0, 0, 0];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScoreMethod.Magnitude, 24.75, 2.0625, 0.0, 8.0, 7.5, 4.25, 13.0)]
    [InlineData(ScoreMethod.Gradient, 17.75, 1.4791666666666667, 0.0, 4.0, 4.5, 6.0, 7.25)]
    [InlineData(ScoreMethod.Importance, 45.3125, 3.7760416666666665, 0.0, 16.0, 6.25, 14.0, 25.0625)]
    [InlineData(ScoreMethod.LotteryTicket, 8.5, 0.7083333333333334, -3.0, 6.0, 3.0, -2.0, 7.5)]
    [InlineData(ScoreMethod.Wanda, 35.25, 2.9375, 0.0, 12.0, 18.0, 5.25, 12.0)]
    [InlineData(ScoreMethod.Activation, 22.5, 1.875, 0.0, 3.0, 7.5, 7.5, 7.5)]
    [InlineData(
        ScoreMethod.Snip, 0.7634408602150538, 0.06362007168458781, 0.0, 0.17204301075268819, 0.1935483870967742, 0.25806451612903225, 0.3118279569892473)]
    public void A_score_is_that_of_its_formula(ScoreMethod method, double sum, double mean, double min, double max, double row0, double row1, double row2)
    {
        using ModelSource model = OpenModel();
        using ScoreInputs inputs = ScoreInputs.Open(method, OptionsFor(method));
        TensorScore score = TensorScorer.Score(ModelTensors.Of(model), Tensor(model, "w"), inputs);
        Assert.Equal(sum, score.Sum, 1e-12);
        Assert.Equal(mean, score.Mean, 1e-12);
        Assert.Equal(min, score.Min!.Value, 1e-12);
        Assert.Equal(max, score.Max!.Value, 1e-12);
        Assert.Equal(12, score.Count);
        Assert.Equal(0, score.InvalidCount);
        Assert.Equal([0L, 4, 8], score.Rows!.Select(row => row.Start));
        Assert.All(score.Rows!.Zip([row0, row1, row2]), pair => Assert.Equal(pair.Second, pair.First.Sum, 1e-12));
        Assert.All(score.Rows!, row => Assert.Equal(row.Sum / 4, row.Mean, 1e-12));
        PartScore block = Assert.Single(score.Blocks);
        Assert.Equal(sum, block.Sum, 1e-12);
    }

    [Fact]
    public void Snip_scores_of_a_model_add_up_to_one()
    {
        using ModelSource model = OpenModel();
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Snip, OptionsFor(ScoreMethod.Snip));
        ModelTensors tensors = ModelTensors.Of(model);
        TensorScorer.PrepareModel(tensors, inputs);
        Assert.Equal(0.23655913978494625, TensorScorer.Score(tensors, Tensor(model, "v"), inputs).Sum, 1e-12);
        Assert.Equal(1, tensors.Tensors.Where(inputs.Has).Sum(tensor => TensorScorer.Score(tensors, tensor, inputs).Sum), 1e-12);
    }

    [Fact]
    public void A_tensor_of_several_chunks_and_blocks_is_scored_as_one_piece()
    {
        // 3 million values of 1/4: rows of 1,000,000 are cut into blocks of 1 MiB (262,144 values), and chunks of 2^20 values end within rows.
        float[] values = new float[3_000_000];
        Array.Fill(values, 0.25f);
        values[1_500_000] = -3;
        string path = _folder.Write("large.safetensors", new FloatModel().Add("w", [3, 1_000_000], values).Build());
        using ModelSource model = ModelReader.Open(ModelReader.Locate(path)[0]);
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Magnitude);
        TensorScore score = TensorScorer.Score(ModelTensors.Of(model), Tensor(model, "w"), inputs);
        Assert.Equal([250_000.0, 250_002.75, 250_000.0], score.Rows!.Select(row => row.Sum));
        Assert.Equal(750_002.75, score.Sum);
        Assert.Equal([0L, 262_144, 524_288, 786_432, 1_000_000], score.Blocks.Select(block => block.Start).Take(5));
        Assert.Equal(12, score.Blocks.Count);
        Assert.Equal(65_536.0, score.Blocks[0].Sum);
        Assert.Equal((1_000_000 - 786_432) * 0.25, score.Blocks[3].Sum);
        Assert.Equal(3_000_000, score.Blocks.Sum(block => block.Count));
        Assert.Equal(65_538.75, score.Blocks[5].Sum);
    }

    [Fact]
    public void Values_without_a_score_are_counted_and_left_out()
    {
        string path = _folder.Write("n.safetensors", new FloatModel().Add("w", [4], 1, float.NaN, float.PositiveInfinity, -2).Build());
        using ModelSource model = ModelReader.Open(ModelReader.Locate(path)[0]);
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Magnitude);
        TensorScore score = TensorScorer.Score(ModelTensors.Of(model), Tensor(model, "w"), inputs);
        Assert.Equal((3.0, 1.5, 2L), (score.Sum, score.Mean, score.InvalidCount));
    }

    [Fact]
    public void Experts_have_activations_of_their_own()
    {
        string path = _folder.Write("e.safetensors", new FloatModel().Add("w", [2, 2, 2], 1, 1, 1, 1, 1, 1, 1, 1).Build());
        string activations = _folder.Write("a.safetensors", new FloatModel().Add("w", [2, 1, 2], 3, 4, 5, 12).Build());
        using ModelSource model = ModelReader.Open(ModelReader.Locate(path)[0]);
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Wanda, new ScoreInputOptions { Activations = activations });
        TensorScore score = TensorScorer.Score(ModelTensors.Of(model), Tensor(model, "w"), inputs);
        Assert.Equal([7.0, 7, 17, 17], score.Rows!.Select(row => row.Sum));
    }

    [Theory]
    [InlineData(ScoreMethod.Gradient)]
    [InlineData(ScoreMethod.Importance)]
    [InlineData(ScoreMethod.Snip)]
    [InlineData(ScoreMethod.Activation)]
    [InlineData(ScoreMethod.Wanda)]
    [InlineData(ScoreMethod.LotteryTicket)]
    public void A_method_without_its_data_is_refused(ScoreMethod method) =>
        Assert.Equal("SCORE_INPUT", Assert.Throws<StoreException>(() => ScoreInputs.Open(method)).Code);

    [Fact]
    public void Data_that_the_method_does_not_use_are_refused()
    {
        ScoreInputOptions options = OptionsFor(ScoreMethod.Gradient);
        Assert.Equal("SCORE_INPUT", Assert.Throws<StoreException>(() => ScoreInputs.Open(ScoreMethod.Magnitude, options)).Code);
    }

    [Fact]
    public void Data_of_another_shape_or_name_are_refused()
    {
        using ModelSource model = OpenModel();
        string wrong = _folder.Write("wrong.safetensors", new FloatModel().Add("w", [4, 3], Gradients).Build());
        using ScoreInputs shape = ScoreInputs.Open(ScoreMethod.Gradient, new ScoreInputOptions { Gradients = wrong });
        ModelTensors tensors = ModelTensors.Of(model);
        Assert.Equal("SCORE_INPUT_SHAPE", Assert.Throws<StoreException>(() => TensorScorer.Score(tensors, Tensor(model, "w"), shape)).Code);
        Assert.Equal("SCORE_INPUT_TENSOR", Assert.Throws<StoreException>(() => TensorScorer.Score(tensors, Tensor(model, "v"), shape)).Code);
        using ScoreInputs columns = ScoreInputs.Open(ScoreMethod.Wanda, new ScoreInputOptions { Activations = wrong });
        Assert.Equal("SCORE_INPUT_SHAPE", Assert.Throws<StoreException>(() => TensorScorer.Score(tensors, Tensor(model, "w"), columns)).Code);
    }

    private ModelSource OpenModel() => ModelReader.Open(ModelReader.Locate(
        _folder.Write("m.safetensors", new FloatModel().Add("w", [3, 4], Weights).Add("v", [2, 2], 1, 2, 3, -4).Build()))[0]);

    private ScoreInputOptions OptionsFor(ScoreMethod method) => new()
    {
        Gradients = method.NeedsGradients()
            ? _folder.Write("g.safetensors", new FloatModel().Add("w", [3, 4], Gradients).Add("v", [2, 2], 1, -1, 0.5f, 0.25f).Build())
            : null,
        Activations = method.NeedsActivations() ? _folder.Write("x.safetensors", new FloatModel().Add("w", [4, 4], Activations).Build()) : null,
        Initial = method.NeedsInitial() ? _folder.Write("0.safetensors", new FloatModel().Add("w", [3, 4], Initial).Build()) : null,
    };

    private static TensorInfo Tensor(ModelSource model, string name) => model.Metadata.Tensors.Single(tensor => tensor.Name == name);
}
