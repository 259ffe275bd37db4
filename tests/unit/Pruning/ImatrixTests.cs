using System.Buffers.Binary;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Pruning.Imatrix;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

public sealed class ImatrixTests : IDisposable
{
    // Of the activations in ScoreTests: sums of squares over 4 tokens 36, 9, 0, 36; means 9, 2.25, 0, 9.
    private static readonly float[] Sums = [36, 9, 0, 36];
    private static readonly double[] Means = [9, 2.25, 0, 9];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_forms_give_the_mean_squares(bool isGguf)
    {
        byte[] bytes = isGguf ? ImatrixBuilder.Gguf("blk.0.w", Sums, [4]) : ImatrixBuilder.Legacy("blk.0.w", 2, [18, 4.5f, 0, 18]);
        using ImatrixFile file = ImatrixFile.Open(_folder.Write("imatrix.x", bytes));
        ImatrixEntry entry = Assert.Single(file.Entries.Values);
        Assert.Equal(("blk.0.w", 4), (entry.Name, entry.ValueCount));
        Assert.Equal(Means, file.ReadMeanSquares(entry));
        Assert.Equal(["calibration.txt"], file.Datasets);
    }

    [Fact]
    public void A_file_of_the_first_version_ends_with_its_entries()
    {
        using ImatrixFile file = ImatrixFile.Open(_folder.Write("old.dat", ImatrixBuilder.Legacy("w", 0, [1, 2], null)));
        Assert.Equal([1.0, 2.0], file.ReadMeanSquares(file.Entries["w"]));
        Assert.Empty(file.Datasets);
    }

    [Fact]
    public void An_expert_that_no_token_reached_counts_one()
    {
        using ImatrixFile file = ImatrixFile.Open(_folder.Write("e.gguf", ImatrixBuilder.Gguf("w", [8, 18, 0, 0], [2, 0])));
        Assert.Equal([4.0, 9, 1, 1], file.ReadMeanSquares(file.Entries["w"]));
        Assert.Equal(2, file.Entries["w"].CountNumber);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wanda_from_an_importance_matrix_is_Wanda_from_the_activations_it_came_from(bool isGguf)
    {
        string model = _folder.Write("m.safetensors", new FloatModel().Add("w", [3, 4], ScoreTests.Weights).Build());
        string activations = _folder.Write("x.safetensors", new FloatModel().Add("w", [4, 4], ScoreTests.Activations).Build());
        byte[] bytes = isGguf ? ImatrixBuilder.Gguf("w", Sums, [4]) : ImatrixBuilder.Legacy("w", 2, [18, 4.5f, 0, 18]);
        string imatrix = _folder.Write("imatrix.x", bytes);
        TensorScore fromActivations = Score(model, new ScoreInputOptions { Activations = activations });
        TensorScore fromImatrix = Score(model, new ScoreInputOptions { Imatrix = imatrix });
        Assert.Equal(35.25, fromImatrix.Sum);
        Assert.Equal(fromActivations.Rows, fromImatrix.Rows);
        Assert.Equal((fromActivations.Min, fromActivations.Max), (fromImatrix.Min, fromImatrix.Max));
    }

    [Fact]
    public void Broken_files_of_the_older_form_are_refused_by_name()
    {
        byte[] whole = ImatrixBuilder.Legacy("blk.0.w", 2, [1, 2, 3, 4]);
        Refused("IMATRIX_ENTRY_COUNT", Patched(whole, 0, 0));
        Refused("IMATRIX_ENTRY_COUNT", Patched(whole, 0, -1));
        Refused("IMATRIX_ENTRY_COUNT", Patched(whole, 0, int.MaxValue));
        Refused("IMATRIX_NAME_LENGTH", Patched(whole, 4, 0));
        Refused("IMATRIX_NAME_LENGTH", Patched(whole, 4, -5));
        Refused("IMATRIX_NAME_LENGTH", Patched(whole, 4, int.MaxValue));
        Refused("IMATRIX_CALL_COUNT", Patched(whole, 15, -1));
        Refused("IMATRIX_VALUE_COUNT", Patched(whole, 19, 0));
        Refused("IMATRIX_VALUE_COUNT", Patched(whole, 19, -1));
        Refused("IMATRIX_VALUE_COUNT", Patched(whole, 19, int.MaxValue));
        Refused("IMATRIX_TRAILER", [.. whole, 0]);
        Refused("IMATRIX_TRAILER", Patched(whole, whole.Length - 19, -1));
        Refused("IMATRIX_NAME_UTF8", [.. whole.AsSpan(0, 8), 0xFF, .. whole.AsSpan(9)]);
        byte[] twice = [2, 0, 0, 0, .. whole.AsSpan(4, 35), .. whole.AsSpan(4, 35)];
        Refused("IMATRIX_NAME_DUPLICATE", twice);
    }

    [Fact]
    public void Every_truncation_of_the_older_form_is_refused_or_is_one_without_a_data_set()
    {
        byte[] whole = ImatrixBuilder.Legacy("blk.0.w", 2, [1, 2, 3, 4]);
        for (int length = 1; length < whole.Length; length++)
        {
            string path = _folder.Write("cut.dat", whole.AsSpan(0, length));
            if (length == whole.Length - 8 - "calibration.txt".Length)
            {
                ImatrixFile.Open(path).Dispose();
                continue;
            }

            Assert.StartsWith("IMATRIX_", Assert.Throws<ModelFormatException>(() => ImatrixFile.Open(path)).Code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Flipped_bits_end_in_a_named_error_or_in_values()
    {
        byte[][] files = [ImatrixBuilder.Legacy("blk.0.w", 2, [1, 2, 3, 4]), ImatrixBuilder.Gguf("blk.0.w", Sums, [4])];
        foreach (byte[] whole in files)
        {
            for (int bit = 0; bit < whole.Length * 8; bit += 3)
            {
                byte[] flipped = [.. whole];
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                try
                {
                    using ImatrixFile file = ImatrixFile.Open(_folder.Write("flipped.x", flipped));
                    foreach (ImatrixEntry entry in file.Entries.Values)
                    {
                        Assert.All(file.ReadMeanSquares(entry), mean => Assert.True(mean >= 0));
                    }
                }
                catch (ModelFormatException error)
                {
                    Assert.NotEmpty(error.Code);
                }
            }
        }
    }

    [Fact]
    public void Broken_files_of_the_GGUF_form_are_refused_by_name()
    {
        Refused("IMATRIX_TYPE", ImatrixBuilder.Gguf("w", Sums, [4], "model"));
        Refused("IMATRIX_TYPE", new GgufBuilder().Text("general.architecture", "llama").Build());
        Refused("IMATRIX_ENTRY_COUNT", new GgufBuilder().Text("general.type", "imatrix").Build());
        Refused("IMATRIX_COUNTS", new GgufBuilder().Text("general.type", "imatrix").Add("w.in_sum2", 0, [2, 1], new byte[8]).Build());
        Refused(
            "IMATRIX_COUNTS",
            new GgufBuilder().Text("general.type", "imatrix").Add("w.in_sum2", 0, [3, 1], new byte[12]).Add("w.counts", 0, [1, 2], new byte[8]).Build());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1f)]
    public void Sums_that_no_squares_have_are_refused(float value)
    {
        byte[][] files = [ImatrixBuilder.Gguf("w", [value], [1]), ImatrixBuilder.Legacy("w", 1, [value]), ImatrixBuilder.Gguf("w", [1], [value])];
        foreach (byte[] bytes in files)
        {
            using ImatrixFile file = ImatrixFile.Open(_folder.Write("v.x", bytes));
            Assert.Equal("IMATRIX_VALUE", Assert.Throws<ModelFormatException>(() => file.ReadMeanSquares(file.Entries["w"])).Code);
        }
    }

    private static TensorScore Score(string path, ScoreInputOptions options)
    {
        using ModelSource model = ModelReader.Open(ModelReader.Locate(path)[0]);
        using ScoreInputs inputs = ScoreInputs.Open(ScoreMethod.Wanda, options);
        return TensorScorer.Score(ModelTensors.Of(model), model.Metadata.Tensors[0], inputs);
    }

    private static byte[] Patched(byte[] bytes, int offset, int value)
    {
        byte[] patched = [.. bytes];
        BinaryPrimitives.WriteInt32LittleEndian(patched.AsSpan(offset), value);
        return patched;
    }

    private void Refused(string code, byte[] bytes) =>
        Assert.Equal(code, Assert.Throws<ModelFormatException>(() => ImatrixFile.Open(_folder.Write("broken.x", bytes))).Code);
}
