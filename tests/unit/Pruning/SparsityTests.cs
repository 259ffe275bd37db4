using System.Buffers.Binary;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Pruning.Sparsity;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>The expected masks are NumPy's: stable sorts of the scores, the first of equal ones given up.</summary>
public abstract class SparsityTests : IDisposable
{
    private const string Name = "model.layers.0.mlp.up_proj.weight";

    private static readonly float[] Weights =
        [3, -1, 2, -4, 0.5f, 6, -7, 1, 1, 1, 1, 1, -2, 5, -3, 0.25f, 9, -8, 0.5f, 4, 3, 3, -1, 2];

    private static readonly float[] Norms = [1, 8, 2, 1, 10, 1, 0.5f, 4];

    private readonly TempFolder _folder = new();
    private readonly StoreHome _home;

    private protected SparsityTests(StoreHome home) => _home = home;

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("2:4", false, new float[] { 3, 0, 0, -4, 0, 6, -7, 0, 0, 0, 1, 1, 0, 5, -3, 0, 9, -8, 0, 0, 3, 3, 0, 0 })]
    [InlineData("4:8", false, new float[] { 3, 0, 0, -4, 0, 6, -7, 0, 0, 0, 0, 1, -2, 5, -3, 0, 9, -8, 0, 4, 0, 3, 0, 0 })]
    [InlineData("1:3", false, new float[] { 3, 0, 0, 0, 0, 6, -7, 0, 0, 0, 1, 0, 0, 5, -3, 0, 9, 0, 0, 4, 0, 0, 0, 2 })]
    [InlineData("2:4", true, new float[] { 0, -1, 0, -4, 0.5f, 6, 0, 0, 0, 1, 1, 0, -2, 5, 0, 0, 9, -8, 0, 0, 3, 0, 0, 2 })]
    [InlineData("50%", false, new float[] { 3, 0, 0, -4, 0, 6, -7, 0, 0, 0, 0, 0, 0, 5, -3, 0, 9, -8, 0, 4, 3, 3, 0, 2 })]
    [InlineData("0.5", true, new float[] { 0, -1, 0, 0, 0.5f, 6, 0, 1, 0, 1, 1, 0, -2, 5, 0, 0, 9, -8, 0, 0, 3, 0, 0, 2 })]
    [InlineData("rows:34%", false, new float[] { 3, -1, 2, -4, 0.5f, 6, -7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 9, -8, 0.5f, 4, 3, 3, -1, 2 })]
    public void A_mask_is_that_of_its_pattern_and_score(string pattern, bool isWanda, float[] expected)
    {
        Import("m", new FloatModel().Add(Name, [3, 8], Weights));
        SparseResult result = Make("m", "s", pattern, isWanda ? Wanda() : ScoreInputs.Open(ScoreMethod.Magnitude));
        Assert.Equal(expected, Read("s", Name));
        Assert.Equal(Weights, Read("m", Name));
        SparseTensor tensor = Assert.Single(result.Tensors);
        Assert.Equal((24L, expected.LongCount(value => value == 0)), (tensor.Count, tensor.Zeros));
        Assert.Empty(new StoreVerifier(_home.Store).Verify(full: true).Findings);
    }

    [Theory]
    [InlineData("2:4", 2, 4)]
    [InlineData("4:8", 4, 8)]
    [InlineData("1:16", 1, 16)]
    [InlineData("3:64", 3, 64)]
    public void Every_group_along_the_input_dimension_keeps_so_many_at_most(string pattern, int kept, int group)
    {
        // Rows that end within a group, over more than one window of 2^20 values.
        (int rows, int columns) = (1100, 1003);
        Import("m", new FloatModel().Add(Name, [rows, columns], FloatModel.Noise(7, rows * columns)));
        Make("m", "s", pattern, ScoreInputs.Open(ScoreMethod.Magnitude));
        float[] before = Read("m", Name);
        float[] after = Read("s", Name);
        for (int row = 0; row < rows; row++)
        {
            for (int start = 0; start < columns; start += group)
            {
                int length = Math.Min(group, columns - start);
                int at = (row * columns) + start;
                int left = Enumerable.Range(at, length).Count(i => after[i] != 0);
                Assert.Equal(Math.Min(kept, length), left);
                float weakest = Enumerable.Range(at, length).Where(i => after[i] != 0).Min(i => Math.Abs(after[i]));
                Assert.All(Enumerable.Range(at, length).Where(i => after[i] == 0), i => Assert.True(Math.Abs(before[i]) <= weakest));
            }
        }
    }

    [Fact]
    public void A_share_of_a_tensor_over_several_windows_is_exact()
    {
        const int Count = 2_500_000;
        Import("m", new FloatModel().Add(Name, [5, Count / 5], FloatModel.Noise(3, Count)));
        SparseResult result = Make("m", "s", "0.3", ScoreInputs.Open(ScoreMethod.Magnitude));
        Assert.Equal(750_000, result.Tensors[0].Masked);
        float[] before = Read("m", Name);
        float[] after = Read("s", Name);
        float weakest = after.Where(value => value != 0).Min(Math.Abs);
        Assert.Equal(750_000, after.Count(value => value == 0));
        Assert.True(before.Zip(after).Where(pair => pair.Second == 0).Max(pair => Math.Abs(pair.First)) <= weakest);
    }

    [Theory]
    [InlineData("F16", TensorDtype.F16, 2)]
    [InlineData("BF16", TensorDtype.BF16, 2)]
    [InlineData("F64", TensorDtype.F64, 8)]
    public void Weights_that_stay_keep_their_bits(string dtype, TensorDtype encoding, int width)
    {
        float[] noise = FloatModel.Noise(5, 64);
        byte[] bytes = new byte[64 * width];
        for (int i = 0; i < 64; i++)
        {
            Span<byte> at = bytes.AsSpan(i * width);
            switch (encoding)
            {
                case TensorDtype.F64:
                    // More bits than float32 has.
                    BinaryPrimitives.WriteDoubleLittleEndian(at, noise[i] / 3.0);
                    break;
                case TensorDtype.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(at, (Half)noise[i]);
                    break;
                default:
                    BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(BitConverter.SingleToUInt32Bits(noise[i]) >> 16));
                    break;
            }
        }

        Import("m", new FloatModel().Add(Name, dtype, [8, 8], bytes));
        Make("m", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude));
        byte[] sparse = ReadBytes("s", Name);
        int kept = 0;
        for (int i = 0; i < 64; i++)
        {
            ReadOnlySpan<byte> value = sparse.AsSpan(i * width, width);
            bool isZero = value.IndexOfAnyExcept((byte)0) < 0;
            kept += isZero ? 0 : 1;
            Assert.True(isZero || value.SequenceEqual(bytes.AsSpan(i * width, width)));
        }

        Assert.Equal(32, kept);
    }

    [Fact]
    public void A_quantized_tensor_is_refused_or_written_in_the_encoding_asked_for()
    {
        byte[] blocks = new byte[34 * 2];
        TensorEncoder.Encode(TensorDtype.Q8_0, FloatModel.Noise(9, 64), blocks);
        _folder.Write("q.gguf", new GgufBuilder().Text("general.architecture", "llama").Add("blk.0.ffn_up.weight", 8, [32, 2], blocks).Build());
        Import("q", _folder.File("q.gguf"));
        StoreException refused = Assert.Throws<StoreException>(() => Make("q", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude)));
        Assert.Equal("SPARSE_DTYPE", refused.Code);
        foreach (TensorDtype dtype in new[] { TensorDtype.Q8_0, TensorDtype.F16, TensorDtype.F32, TensorDtype.BF16, TensorDtype.Q4_0 })
        {
            SparseResult result = Make("q", $"s-{dtype}", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude), dtype);
            Assert.Equal((TensorDtype.Q8_0, dtype), (result.Tensors[0].FromDtype, result.Tensors[0].Dtype));
            float[] values = Read($"s-{dtype}", "blk.0.ffn_up.weight");
            Assert.All(values.Chunk(4), group => Assert.True(group.Count(value => value != 0) <= 2));

            // What was exported is a GGUF file that says so.
            string path = _folder.File($"{dtype}.gguf");
            new ModelExporter(_home.Store).Export($"s-{dtype}", path);
            using ModelSource exported = ModelReader.Open(ModelReader.Locate(path)[0]);
            Assert.Equal(dtype, exported.Metadata.Tensors[0].Dtype);
            Assert.Contains("\"pattern\":\"2:4\"", exported.Metadata.Metadata["hartonomous.sparse"].ToString(), StringComparison.Ordinal);
            Assert.Equal("llama", exported.Metadata.Architecture);
        }
    }

    [Fact]
    public void An_encoding_that_the_container_or_the_rows_do_not_take_is_refused()
    {
        Import("m", new FloatModel().Add(Name, "F8_E4M3", [4, 8], [.. Enumerable.Range(0, 32).Select(i => (byte)(i + 1))]));
        StoreException refused = Assert.Throws<StoreException>(() => Make("m", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude), TensorDtype.Q8_0));
        Assert.Equal("REWRITE_DTYPE", refused.Code);
        Make("m", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude), TensorDtype.BF16);
        Assert.All(Read("s", Name).Chunk(4), group => Assert.Equal(2, group.Count(value => value != 0)));
    }

    [Fact]
    public void Embeddings_norms_and_the_output_layer_stay_unless_they_are_named()
    {
        float[] noise = FloatModel.Noise(1, 64);
        Import("m", new FloatModel().Add("model.embed_tokens.weight", [8, 8], noise).Add(Name, [8, 8], noise[..]).Add("model.norm.weight", [8], noise[..8]));
        SparseResult result = Make("m", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude));
        Assert.Equal([Name], result.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(noise, Read("s", "model.embed_tokens.weight"));
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Magnitude);
        SparseOptions named = new() { Name = "t", Pattern = SparsityPattern.Parse("2:4"), Names = name => name.Contains("embed", StringComparison.Ordinal) };
        Assert.Equal(["model.embed_tokens.weight"], new ModelSparsifier(_home.Store).Make("m", inputs, named).Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void The_same_mask_again_is_the_same_model()
    {
        Import("m", new FloatModel().Add(Name, [3, 8], Weights));
        Make("m", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude));
        Assert.Equal(ImportStatus.Unchanged, Make("m", "s", "2:4", ScoreInputs.Open(ScoreMethod.Magnitude)).Import.Status);
        StoreException taken = Assert.Throws<StoreException>(() => Make("m", "s", "4:8", ScoreInputs.Open(ScoreMethod.Magnitude)));
        Assert.Equal("MODEL_EXISTS", taken.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("100%")]
    [InlineData("-0.5")]
    [InlineData("4:4")]
    [InlineData("0:4")]
    [InlineData("2:4:8")]
    [InlineData("2:1000000")]
    [InlineData("rows:")]
    [InlineData("NaN")]
    public void A_pattern_that_is_none_is_refused(string text) =>
        Assert.Equal("SPARSITY", Assert.Throws<StoreException>(() => SparsityPattern.Parse(text)).Code);

    private SparseResult Make(string source, string name, string pattern, ScoreInputs inputs, TensorDtype? dtype = null)
    {
        using (inputs)
        {
            return new ModelSparsifier(_home.Store).Make(
                source, inputs, new SparseOptions { Name = name, Pattern = SparsityPattern.Parse(pattern), Reencode = dtype });
        }
    }

    private ScoreInputs Wanda() => ScoreInputs.Open(
        ScoreMethod.Wanda,
        new ScoreInputOptions { Activations = _folder.Write("x.safetensors", new FloatModel().Add(Name, [8], Norms).Build()) });

    private void Import(string name, FloatModel model) => Import(name, _folder.Write($"{name}.safetensors", model.Build()));

    private void Import(string name, string path)
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        new ModelImporter(_home.Store).Import(source, new ImportOptions { Name = name });
    }

    private float[] Read(string model, string tensor)
    {
        ModelTensors tensors = ModelTensors.Of(_home.Store, _home.Store.FindModel(model)!);
        return TensorReading.Read(tensors, tensors.Tensors.Single(info => info.Name == tensor));
    }

    private byte[] ReadBytes(string model, string tensor)
    {
        ModelTensors tensors = ModelTensors.Of(_home.Store, _home.Store.FindModel(model)!);
        using Core.Formats.IO.ByteSource content = tensors.Open(tensors.Tensors.Single(info => info.Name == tensor));
        byte[] bytes = new byte[content.Length];
        content.ReadExactly(0, bytes);
        return bytes;
    }
}
