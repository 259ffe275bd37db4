using Hartonomous.Core.Comparison;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using static Hartonomous.Tests.Support.WeightFiles;

namespace Hartonomous.Tests.Comparison;

/// <summary>The expected figures come from Python, with exact sums (math.fsum) over the same values.</summary>
public sealed class ModelComparerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_a_copy_of_itself()
    {
        byte[] bytes = SafeTensors(("w", TensorDtype.F32, [12, 8], Floats(First(96))), ("b", TensorDtype.F16, [8], Halves(First(8))));

        ModelComparison comparison = Compare(Write("a.safetensors", bytes), Write("b.safetensors", bytes));

        Assert.Equal(ModelVerdict.Copy, comparison.Verdict);
        Assert.All(comparison.Tensors, tensor => Assert.Equal((TensorStatus.Identical, 0, 1), (tensor.Status, tensor.RelativeError, tensor.EqualShare)));
    }

    [Fact]
    public void Changed_values_have_the_figures_of_exact_sums()
    {
        ComparedTensor tensor = Only(TensorDtype.F32, Floats(First(96)), TensorDtype.F32, Floats(Second(96)));

        Assert.Equal(TensorStatus.ValueChanged, tensor.Status);
        Assert.Equal(0.017139284864963356, tensor.RelativeError!.Value, 14);
        Assert.Equal(0.9998532655068985, tensor.Cosine!.Value, 14);
        Assert.Equal(0.01171875, tensor.MaxDifference);
        Assert.Equal(0.7786458333333334, tensor.EqualShare!.Value, 14);
        Assert.Equal((96L, 0L), (tensor.ComparedValues, tensor.NonFinite));
    }

    [Fact]
    public void A_tensor_of_several_windows_has_the_figures_of_exact_sums()
    {
        double[] a = [.. Enumerable.Range(0, 1_000_003).Select(i => (((i * 37L) % 10007) - 5003) / 4096.0)];
        double[] b = [.. a.Select((value, i) => value + ((((i * 13L) % 7) - 3) / 65536.0))];

        ComparedTensor tensor = Only(TensorDtype.F32, Floats(a), TensorDtype.F32, Floats(b), 1_000_003);

        Assert.Equal(4.3270547465984416, tensor.RelativeError!.Value * 1e5, 12);
        Assert.Equal(0.99999999906383, tensor.Cosine!.Value, 13);
        Assert.Equal(4.57763671875e-05, tensor.MaxDifference);
        Assert.Equal(0.749438501684495, tensor.EqualShare!.Value, 14);
    }

    [Fact]
    public void Another_dtype_is_compared_by_values()
    {
        double[] values = [.. Enumerable.Range(0, 96).Select(i => (double)(float)((((i * 29) % 97) - 48) / 37.0))];

        ComparedTensor half = Only(TensorDtype.F32, Floats(values), TensorDtype.F16, Halves(values));
        ComparedTensor brain = Only(TensorDtype.F32, Floats(values), TensorDtype.BF16, BFloats(values));

        Assert.Equal((TensorStatus.DtypeChanged, TensorStatus.DtypeChanged), (half.Status, brain.Status));
        Assert.Equal(0.00021904396172877215, half.RelativeError!.Value, 15);
        Assert.Equal(0.9999999762479359, half.Cosine!.Value, 14);
        Assert.Equal(0.0004222393035888672, half.MaxDifference);
        Assert.Equal(0.03125, half.EqualShare);
        Assert.Equal(0.001687966968130038, brain.RelativeError!.Value, 15);
        Assert.Equal(0.0035895109176635742, brain.MaxDifference);
    }

    [Fact]
    public void A_grown_vocabulary_is_compared_in_the_rows_that_both_have()
    {
        byte[] grown = [.. Floats(Second(96)), .. Floats(Enumerable.Repeat(9.0, 16))];

        ComparedTensor tensor = Only(TensorDtype.F32, Floats(First(96)), TensorDtype.F32, grown, [12, 8], [14, 8]);

        Assert.Equal(TensorStatus.Reshaped, tensor.Status);
        Assert.Equal(0.017139284864963356, tensor.RelativeError!.Value, 14);
        Assert.Equal(0.7786458333333334, tensor.EqualShare!.Value, 14);
        Assert.Equal(96, tensor.ComparedValues);
        Assert.Equal("2 rows more; the common part is compared", tensor.Note);
    }

    [Fact]
    public void A_wider_matrix_is_compared_in_the_columns_that_both_have()
    {
        IEnumerable<double> wide = Second(96).Chunk(8).SelectMany(row => row.Append(9).Append(9));

        ComparedTensor tensor = Only(TensorDtype.F32, Floats(First(96)), TensorDtype.F32, Floats(wide), [12, 8], [12, 10]);

        Assert.Equal(0.017139284864963356, tensor.RelativeError!.Value, 14);
        Assert.Equal(0.14583333333333334, tensor.EqualShare!.Value, 14);
        Assert.Equal(96, tensor.ComparedValues);
    }

    [Fact]
    public void A_dimension_in_the_middle_that_shrank_is_compared_as_far_as_it_goes()
    {
        ComparedTensor tensor = Only(TensorDtype.F32, Floats(First(96)), TensorDtype.F32, Floats(Second(48)), [3, 4, 8], [3, 2, 8]);

        Assert.Equal(1.0558888259814814, tensor.RelativeError!.Value, 13);
        Assert.Equal(0.4489188405948646, tensor.Cosine!.Value, 13);
        Assert.Equal(1.34765625, tensor.MaxDifference);
        Assert.Equal(2 / 48.0, tensor.EqualShare!.Value, 14);
    }

    [Fact]
    public void A_transposed_matrix_is_not_compared_and_says_so()
    {
        ComparedTensor tensor = Only(TensorDtype.F32, Floats(First(96)), TensorDtype.F32, Floats(Second(96)), [12, 8], [8, 12]);

        Assert.Equal((TensorStatus.Reshaped, null, null, 0L), (tensor.Status, tensor.RelativeError, tensor.EqualShare, tensor.ComparedValues));
        Assert.Contains("transpose", tensor.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_not_finite_are_left_out_and_counted()
    {
        double[] a = First(96);
        double[] b = Second(96);
        (a[5], b[5]) = (double.NaN, double.NaN);
        a[70] = double.PositiveInfinity;
        b[80] = double.NaN;

        ComparedTensor tensor = Only(TensorDtype.F32, Floats(a), TensorDtype.F32, Floats(b));

        Assert.Equal(0.01707554180895245, tensor.RelativeError!.Value, 14);
        Assert.Equal(0.9998545736230691, tensor.Cosine!.Value, 14);
        Assert.Equal(0.01171875, tensor.MaxDifference);
        Assert.Equal(2, tensor.NonFinite);
    }

    [Fact]
    public void A_tensor_of_zeros_has_no_angle()
    {
        ComparedTensor tensor = Only(TensorDtype.F32, Floats(new double[96]), TensorDtype.F32, Floats(First(96)));

        Assert.Equal((null, null), (tensor.RelativeError, tensor.Cosine));
        Assert.Equal(50 / 64.0, tensor.MaxDifference);
    }

    [Fact]
    public void The_same_content_under_another_name_is_renamed_and_the_rest_added_or_removed()
    {
        ModelComparison comparison = Compare(
            Write("a.safetensors", SafeTensors(("x", TensorDtype.F32, [96], Floats(First(96))), ("gone", TensorDtype.F32, [2], Floats([1, 2])))),
            Write("b.safetensors", SafeTensors(("y", TensorDtype.F32, [96], Floats(First(96))), ("new", TensorDtype.F32, [3], Floats([1, 2, 3])))));

        Assert.Equal(
            [("x", "y", TensorStatus.Renamed), ("gone", null, TensorStatus.Removed), ("new", "new", TensorStatus.Added)],
            comparison.Tensors.Select(tensor => (tensor.Name, tensor.Second?.Name, tensor.Status)));
    }

    [Fact]
    public void Equal_norms_go_to_their_own_layers()
    {
        byte[] ones = Floats(Enumerable.Repeat(1.0, 8));
        (string, TensorDtype, long[], byte[])[] Model(Func<int, string> name) =>
            [.. Enumerable.Range(0, 3).Select(i => (name(i), TensorDtype.F32, new long[] { 8 }, ones))];

        ModelComparison comparison = Compare(
            Write("a.safetensors", SafeTensors(Model(i => $"model.layers.{2 - i}.input_layernorm.weight"))),
            Write("b.safetensors", SafeTensors(Model(i => $"blk.{i}.attn_norm.weight"))));

        Assert.Equal(ModelVerdict.IdenticalWeights, comparison.Verdict);
        Assert.All(comparison.Tensors, tensor => Assert.Equal(tensor.First!.LayerIndex, tensor.Second!.LayerIndex));
    }

    [Fact]
    public void Weights_of_GGUF_are_found_by_their_names_and_compared_in_their_order_of_rows()
    {
        // 2 heads of 8 rows: rows of the GGUF file by their numbers in the original, from numpy's reshape(2, 2, 4, ...).swapaxes(1, 2).
        int[] order = [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15];
        double[] query = [.. Enumerable.Range(0, 64).Select(i => (((i * 53) % 127) - 60) / 32.0)];
        double[] output = [.. Enumerable.Range(0, 64).Select(i => (((i * 11) % 61) - 30) / 32.0)];
        IEnumerable<double> permuted = order.SelectMany(row => query.Skip(row * 4).Take(4));
        string original = Write("hf.safetensors", SafeTensors(
            ("model.layers.0.self_attn.q_proj.weight", TensorDtype.F32, [16, 4], Floats(query)),
            ("model.layers.0.self_attn.o_proj.weight", TensorDtype.F32, [16, 4], Floats(output))));
        string gguf = Write("m.gguf", new GgufBuilder()
            .Text("general.architecture", "llama").U32("llama.attention.head_count", 2)
            .Add("blk.0.attn_q.weight", 0, [4, 16], Floats(permuted))
            .Add("blk.0.attn_output.weight", 1, [4, 16], Halves(output.Select(value => value + 0.25))).Build());

        ModelComparison comparison = Compare(original, gguf);

        Assert.Equal(
            [("blk.0.attn_q.weight", TensorStatus.Renamed, 0.0), ("blk.0.attn_output.weight", TensorStatus.DtypeChanged, null)],
            comparison.Tensors.Select(tensor => (tensor.Second!.Name, tensor.Status, tensor.MaxDifference == 0.25 ? null : tensor.MaxDifference)));
        Assert.NotNull(comparison.Tensors[0].Note);
    }

    [Fact]
    public void A_filter_takes_pairs_by_either_name()
    {
        byte[] bytes = SafeTensors(("w", TensorDtype.F32, [96], Floats(First(96))), ("b", TensorDtype.F16, [8], Halves(First(8))));
        using ModelSource a = Open(Write("a.safetensors", bytes));
        using ModelSource b = Open(Write("b.safetensors", bytes));

        Assert.Equal("b", Assert.Single(ModelComparer.Compare(a, b, name => name == "b").Tensors).Name);
    }

    [Theory]
    [InlineData(0.001, ModelVerdict.FineTune)]
    [InlineData(2.0, ModelVerdict.Unrelated)]
    public void Changed_values_make_a_fine_tune_or_a_stranger(double change, ModelVerdict expected)
    {
        double[] other = [.. First(96).Select((value, i) => value + (change * (i % 2 == 0 ? 1 : -1)))];

        Assert.Equal(expected, Verdict(TensorDtype.F32, Floats(First(96)), TensorDtype.F32, Floats(other)));
    }

    [Fact]
    public void Rounding_to_16_bits_is_a_conversion()
    {
        double[] values = [.. Enumerable.Range(0, 96).Select(i => (double)(float)((((i * 29) % 97) - 48) / 37.0))];

        Assert.Equal(ModelVerdict.Conversion, Verdict(TensorDtype.F32, Floats(values), TensorDtype.BF16, BFloats(values)));
    }

    [Fact]
    public void A_wider_encoding_of_the_same_values_has_identical_weights()
    {
        Assert.Equal(ModelVerdict.IdenticalWeights, Verdict(TensorDtype.F16, Halves(First(96)), TensorDtype.F32, Floats(First(96))));
    }

    [Fact]
    public void A_part_of_a_model_is_a_subset()
    {
        ModelComparison comparison = Compare(
            Write("a.safetensors", SafeTensors(("w", TensorDtype.F32, [96], Floats(First(96))), ("b", TensorDtype.F16, [8], Halves(First(8))))),
            Write("b.safetensors", SafeTensors(("b", TensorDtype.F16, [8], Halves(First(8))))));

        Assert.Equal(ModelVerdict.Subset, comparison.Verdict);
    }

    private static ModelSource Open(string path) => ModelReader.Open(Assert.Single(ModelReader.Locate(path)));

    private static ModelComparison Compare(string first, string second)
    {
        using ModelSource a = Open(first);
        using ModelSource b = Open(second);
        return ModelComparer.Compare(a, b);
    }

    private string Write(string name, byte[] bytes) => _folder.Write(name, bytes);

    private ModelVerdict Verdict(TensorDtype firstDtype, byte[] first, TensorDtype secondDtype, byte[] second) => Compare(
        Write("a.safetensors", SafeTensors(("w", firstDtype, [96], first))), Write("b.safetensors", SafeTensors(("w", secondDtype, [96], second)))).Verdict;

    private ComparedTensor Only(TensorDtype firstDtype, byte[] first, TensorDtype secondDtype, byte[] second, long length = 96) =>
        Only(firstDtype, first, secondDtype, second, [length], [length]);

    private ComparedTensor Only(TensorDtype firstDtype, byte[] first, TensorDtype secondDtype, byte[] second, long[] firstShape, long[] secondShape) =>
        Assert.Single(Compare(
            Write("a.safetensors", SafeTensors(("w", firstDtype, firstShape, first))),
            Write("b.safetensors", SafeTensors(("w", secondDtype, secondShape, second)))).Tensors);
}
