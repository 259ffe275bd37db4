using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>Files of chosen tensors.</summary>
public class GgufSelectionTests
{
    private static readonly GgufFormat Format = new();

    [Fact]
    public void The_chosen_tensors_come_in_the_order_given_with_their_bytes()
    {
        using ModelSource source = GgufFiles.Open(TestData.Local("gguf/quant-reference.gguf"));
        string[] names = ["blk.42.weight.q2_0", "blk.0.weight.f32", "blk.29.weight.iq1_m"];
        using ModelSource selection = Format.SelectTensors(source, Choose(source, names), ReadLimits.Default);
        Assert.Equal(names, selection.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(source.Metadata.Variant, selection.Metadata.Variant);
        Assert.Equal(
            source.Metadata.Metadata.Select(pair => (pair.Key, pair.Value.Type, pair.Value.Scalar, pair.Value.Count)),
            selection.Metadata.Metadata.Select(pair => (pair.Key, pair.Value.Type, pair.Value.Scalar, pair.Value.Count)));
        AssertSameContent(source, selection);
        ModelFile file = Assert.Single(selection.Files);
        Assert.Equal("quant-reference.gguf", file.Path);
        Assert.Equal(file.Path, Assert.Single(selection.Location.WeightFiles));
        Assert.Equal("quant-reference", selection.Location.Name);
    }

    [Fact]
    public void All_tensors_in_their_order_are_the_file_again()
    {
        string path = TestData.Local("gguf/quant-reference.gguf");
        using ModelSource source = GgufFiles.Open(path);
        using ModelSource selection = Format.SelectTensors(source, source.Metadata.Tensors, ReadLimits.Default);
        Assert.Equal(File.ReadAllBytes(path), Bytes(selection));
    }

    [Theory]
    [InlineData(1u, false, "GGUF", false)]
    [InlineData(1u, true, "FUGG", true)]
    [InlineData(2u, false, "GGUF", false)]
    [InlineData(3u, true, "GGUF", false)]
    [InlineData(3u, true, "FUGG", false)]
    public void Version_byte_order_and_alignment_stay(uint version, bool bigEndian, string magic, bool nul)
    {
        GgufBuilder Start() => new GgufBuilder
        {
            Version = version,
            BigEndian = bigEndian,
            NulTerminated = nul,
            Alignment = 64,
            Magic = [.. magic.Select(letter => (byte)letter)],
        }.Text("general.architecture", "llama").U32("general.alignment", 64);
        byte[] file = Start().Add("first", 2, [32], GgufBuilder.Bytes(18)).Add("second", 0, [3], GgufBuilder.Bytes(12))
            .Add("third", 24, [2, 35], GgufBuilder.Bytes(70)).Build();
        byte[] expected = Start().Add("third", 24, [2, 35], GgufBuilder.Bytes(70)).Add("first", 2, [32], GgufBuilder.Bytes(18)).Build();
        using ModelSource source = GgufFiles.Open(file);
        using ModelSource selection = Format.SelectTensors(source, Choose(source, ["third", "first"]), ReadLimits.Default);
        Assert.Equal(expected, Bytes(selection));
        AssertSameContent(source, selection);
    }

    [Fact]
    public void A_selection_from_a_split_model_is_one_file_without_the_keys_of_the_split()
    {
        using TempFolder folder = new();
        using ModelSource source = GgufFiles.Open(GgufSplitTests.WriteSplit(folder, "tiny", 3)[0]);
        using ModelSource selection = Format.SelectTensors(source, Choose(source, ["a2", "b0", "a1"]), ReadLimits.Default);
        byte[] expected = new GgufBuilder().Text("general.architecture", "llama").U32("llama.block_count", 1)
            .Text("general.name", "after the split keys")
            .Add("a2", 24, [10, 4], GgufSplitTests.Content(2)).Add("b0", 24, [1], [0])
            .Add("a1", 24, [10, 4], GgufSplitTests.Content(1)).Build();
        Assert.Equal(expected, Bytes(selection));
        Assert.Equal("tiny.gguf", Assert.Single(selection.Files).Path);
        using ModelSource written = GgufFiles.Open(folder.Write("out/tiny.gguf", Bytes(selection)));
        AssertSameContent(source, written);
    }

    [Fact]
    public void A_selection_of_a_selection_is_read_as_well()
    {
        using ModelSource source = GgufFiles.Open(TestData.Local("gguf/quant-reference.gguf"));
        using ModelSource first = Format.SelectTensors(
            source, [.. source.Metadata.Tensors.Where(tensor => tensor.Dtype.Quantization() != QuantizationType.None)], ReadLimits.Default);
        using ModelSource second = Format.SelectTensors(first, [.. first.Metadata.Tensors.Reverse()], ReadLimits.Default);
        Assert.Equal(25, second.Metadata.Tensors.Count);
        Assert.Equal("blk.42.weight.q2_0", second.Metadata.Tensors[0].Name);
        AssertSameContent(source, second);
    }

    [Fact]
    public void A_selection_of_nothing_is_a_file_of_metadata()
    {
        using ModelSource source = GgufFiles.Open(TestData.Local("gguf/quant-reference.gguf"));
        using ModelSource selection = Format.SelectTensors(source, [], ReadLimits.Default);
        Assert.Empty(selection.Metadata.Tensors);
        Assert.Equal(10, selection.Metadata.Metadata.Count);
    }

    [Fact]
    public void A_selection_leaves_its_source_open_and_reads_only_headers()
    {
        using ModelSource source = GgufFiles.Open(TestData.Local("gguf/quant-reference.gguf"));
        FileByteSource file = (FileByteSource)source.Files[0].Bytes;
        long before = file.BytesRead;
        Format.SelectTensors(source, [source.Metadata.Tensors[0]], ReadLimits.Default).Dispose();
        Assert.InRange(file.BytesRead - before, 1, 3 * ByteReader.WindowSize);
        Assert.Equal(24576, GgufFiles.Content(source, source.Metadata.Tensors[0]).Length);
    }

    [Fact]
    public void A_tensor_of_another_model_or_one_chosen_twice_is_refused()
    {
        using ModelSource source = GgufFiles.Open(TestData.Local("gguf/quant-reference.gguf"));
        TensorInfo tensor = source.Metadata.Tensors[3];
        Assert.Throws<ArgumentException>(() => Format.SelectTensors(source, [tensor, tensor], ReadLimits.Default));
        Assert.Throws<ArgumentException>(() => Format.SelectTensors(source, [tensor with { Name = "other" }], ReadLimits.Default));
        Assert.Throws<ArgumentException>(() => Format.SelectTensors(source, [tensor with { Offset = 0 }], ReadLimits.Default));
        Assert.Throws<ArgumentException>(() => Format.SelectTensors(source, [tensor with { Dtype = TensorDtype.F32 }], ReadLimits.Default));
        using ModelSource hashed = Format.SelectTensors(source, [tensor with { Sha256 = ContentHash.Of([]) }], ReadLimits.Default);
        Assert.Single(hashed.Metadata.Tensors);
    }

    private static TensorInfo[] Choose(ModelSource source, string[] names) =>
        [.. names.Select(name => source.Metadata.Tensors.Single(tensor => tensor.Name == name))];

    private static byte[] Bytes(ModelSource model)
    {
        ByteSource source = Assert.Single(model.Files).Bytes;
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(0, bytes);
        return bytes;
    }

    private static void AssertSameContent(ModelSource source, ModelSource selection)
    {
        foreach (TensorInfo tensor in selection.Metadata.Tensors)
        {
            TensorInfo original = source.Metadata.Tensors.Single(candidate => candidate.Name == tensor.Name);
            Assert.Equal((original.Shape, original.Dtype, original.ByteOrder), (tensor.Shape, tensor.Dtype, tensor.ByteOrder));
            Assert.Equal(GgufFiles.Content(source, original), GgufFiles.Content(selection, tensor));
        }
    }
}
