using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.PyTorch;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.PyTorch;

/// <summary>Shards, their index, and the folders of Hugging Face.</summary>
public class PyTorchFolderTests
{
    private const string First = "pytorch_model-00001-of-00002.bin";
    private const string Second = "pytorch_model-00002-of-00002.bin";
    private const string Index = "pytorch_model.bin.index.json";

    [Fact]
    public void Shards_with_their_index_are_one_model()
    {
        using TempFolder folder = new();
        Write(folder, $$$"""{"metadata":{"total_size":5},"weight_map":{"a":"{{{First}}}","b":"{{{Second}}}"}}""");
        folder.Write("config.json", """{"architectures":["TinyForCausalLM"]}"""u8);
        folder.Write("training_args.bin",
            PyTorchBuilder.Zip(PickleBuilder.Start().Global("transformers.training_args", "TrainingArguments").Stop()));
        foreach (string path in (string[])[folder.Root, folder.File(First), folder.File(Index)])
        {
            using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
            Assert.Equal(ModelFormat.PyTorch, model.Metadata.Format);
            Assert.Equal("TinyForCausalLM", model.Metadata.Architecture);
            Assert.Equal([First, Second], model.Location.WeightFiles);
            Assert.Equal(["a", "b"], model.Metadata.Tensors.Select(tensor => tensor.Name));
            Assert.Equal([2, 3], PyTorchFiles.Content(model, model.Metadata.Tensors[1]));
            Assert.Empty(model.Metadata.Warnings);
        }
    }

    [Theory]
    [InlineData("PYTORCH_INDEX_TENSOR_MISSING", """{"weight_map":{"a":"FIRST","b":"FIRST"}}""")]
    [InlineData("PYTORCH_INDEX_TENSOR_MISSING", """{"weight_map":{"a":"FIRST","b":"SECOND","c":"SECOND"}}""")]
    [InlineData("PYTORCH_INDEX_SHARD_MISSING", """{"weight_map":{"a":"FIRST","b":"pytorch_model-3.bin"}}""")]
    [InlineData("PATH_ESCAPE", """{"weight_map":{"a":"FIRST","b":"../SECOND"}}""")]
    [InlineData("PYTORCH_INDEX_WEIGHT_MAP", """{"weight_map":{}}""")]
    [InlineData("PYTORCH_INDEX_JSON", """{"weight_map":""")]
    [InlineData("PYTORCH_INDEX_DUPLICATE_KEY", """{"weight_map":{"a":"FIRST","a":"SECOND"}}""")]
    public void An_index_is_held_against_its_shards(string code, string index)
    {
        using TempFolder folder = new();
        Write(folder, index.Replace("FIRST", First, StringComparison.Ordinal).Replace("SECOND", Second, StringComparison.Ordinal));
        ModelFormatException error = Assert.Throws<ModelFormatException>(() =>
            ModelReader.Open(ModelReader.Locate(folder.File(Index))[0]).Dispose());
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void A_tensor_that_the_index_does_not_list_is_refused()
    {
        using TempFolder folder = new();
        Write(folder, $$$"""{"weight_map":{"a":"{{{First}}}","b":"{{{Second}}}"}}""");
        byte[] pickle = PickleBuilder.Start().Op('}').Mark().Text("b").Tensor("ByteStorage", "0", 1, 0, [1], [1])
            .Text("c").Tensor("ByteStorage", "0", 1, 0, [1], [1]).Op('u').Stop();
        folder.Write(Second, PyTorchBuilder.Zip(pickle, [("0", [1])]));
        ModelLocation location = ModelReader.Locate(folder.File(Index))[0];
        Assert.Equal("PYTORCH_INDEX_TENSOR_UNLISTED", Assert.Throws<ModelFormatException>(() => ModelReader.Open(location).Dispose()).Code);
    }

    [Fact]
    public void A_numbered_shard_that_is_not_there_is_missed()
    {
        using TempFolder folder = new();
        string path = folder.Write(First, Shard("a", [1]));
        Assert.Equal("PYTORCH_SHARD_MISSING", Assert.Throws<ModelFormatException>(() => ModelReader.Locate(path)).Code);
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused()
    {
        using TempFolder folder = new();
        folder.Write(First, Shard("a", [1]));
        string path = folder.Write(Second, Shard("a", [2]));
        ModelLocation location = Assert.Single(ModelReader.Locate(path));
        Assert.Equal("PYTORCH_DUPLICATE_TENSOR", Assert.Throws<ModelFormatException>(() => ModelReader.Open(location).Dispose()).Code);
    }

    [Fact]
    public void Weights_in_both_formats_are_the_SafeTensors_model()
    {
        using TempFolder folder = new();
        folder.Write("config.json", "{}"u8);
        folder.Write("model.safetensors", SafeTensorsBuilder.Bytes(("a", 3)));
        folder.Write("pytorch_model.bin", Shard("a", [1, 2, 3]));
        ModelLocation location = Assert.Single(ModelReader.Locate(folder.Root));
        Assert.Equal(ModelFormat.SafeTensors, location.Format);
        Assert.Contains("pytorch_model.bin", location.OtherFiles);
    }

    [Fact]
    public void A_Keras_archive_is_no_PyTorch_file()
    {
        using TempFolder folder = new();
        byte[] keras = new ZipBuilder().Add("metadata.json", [1]).Add("config.json", [1]).Add("model.weights.h5", [1]).Build();
        Assert.Equal(ModelFormat.Keras, FormatRegistry.Detect(folder.Write("m.zip", keras)).Format!.Format);
    }

    [Fact]
    public void A_damaged_archive_of_PyTorch_ends_in_the_reader_that_names_the_damage()
    {
        using TempFolder folder = new();
        byte[] whole = Shard("a", [1]);
        string path = folder.Write("m.dat", whole.AsSpan(0, whole.Length - 1));
        ModelLocation location = Assert.Single(ModelReader.Locate(path));
        Assert.Equal("ZIP_END", Assert.Throws<ModelFormatException>(() => ModelReader.Open(location).Dispose()).Code);
    }

    [Fact]
    public void The_format_says_what_it_is()
    {
        PyTorchFormat format = new();
        Assert.Equal(ModelFormat.PyTorch, format.Format);
        Assert.False(format.Matches([], 0));
        Assert.True(format.HasCompanionFiles);
        Assert.True(format.IsIndex("pytorch_model.bin.index.json"));
        Assert.False(format.IsIndex("model.safetensors.index.json"));
    }

    private static void Write(TempFolder folder, string index)
    {
        folder.Write(First, Shard("a", [1, 2, 3]));
        folder.Write(Second, Shard("b", [2, 3]));
        folder.Write(Index, Encoding.UTF8.GetBytes(index));
    }

    private static byte[] Shard(string name, byte[] values)
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Text(name).Tensor("ByteStorage", "0", values.Length, 0, [values.Length], [1]).Op('s')
            .Stop();
        return PyTorchBuilder.Zip(pickle, [("0", values)]);
    }
}
