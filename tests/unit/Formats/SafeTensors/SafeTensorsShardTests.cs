using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>Models of several files: with an index, with numbers in their names.</summary>
public sealed class SafeTensorsShardTests : IDisposable
{
    private const string One = "model-00001-of-00002.safetensors";
    private const string Two = "model-00002-of-00002.safetensors";
    private const string IndexFile = "model.safetensors.index.json";
    private const string Map = "{\"a\":\"" + One + "\",\"b\":\"" + One + "\",\"c\":\"" + Two + "\"}";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(IndexFile)]
    [InlineData(One)]
    [InlineData(Two)]
    public void An_index_or_any_of_its_shards_leads_to_the_whole_model(string named)
    {
        WriteShards();
        WriteIndex($"{{\"metadata\":{{\"total_size\":9}},\"weight_map\":{Map}}}");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File($"my/{named}"))));
        Assert.Equal("my", source.Location.Name);
        Assert.False(source.Location.IsFolder);
        Assert.Equal([One, Two, IndexFile], source.Files.Select(file => file.Path));
        Assert.Equal([$"a {One}", $"b {One}", $"c {Two}"], source.Metadata.Tensors.Select(tensor => $"{tensor.Name} {tensor.File}"));
        Assert.Equal([1, 2], SafeTensorsTest.Content(source, "c"));
        Assert.Equal("sharded", source.Metadata.Variant);
        Assert.Empty(source.Metadata.Warnings);
    }

    [Fact]
    public void Opening_shards_reads_their_headers_only()
    {
        WriteShards();
        WriteIndex($"{{\"weight_map\":{Map}}}");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File($"my/{One}"))));
        FileByteSource[] files = [.. source.Files.Select(file => Assert.IsType<FileByteSource>(file.Bytes))];
        Assert.Equal([files[0].Length - 7, files[1].Length - 2, 0], files.Select(file => file.BytesRead));
    }

    [Fact]
    public void Numbered_shards_without_an_index_are_one_model()
    {
        WriteShards();
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File($"my/{Two}"))));
        Assert.Equal([One, Two], source.Files.Select(file => file.Path));
        Assert.Equal("sharded", source.Metadata.Variant);
        Assert.Equal(3, source.Metadata.Tensors.Count);
    }

    [Fact]
    public void A_numbered_shard_that_is_missing_is_named()
    {
        _temp.Write("my/x-00001-of-00003.safetensors", SafeTensorsBuilder.Bytes(("a", 1)));
        _temp.Write("my/x-00003-of-00003.safetensors", SafeTensorsBuilder.Bytes(("b", 1)));
        ModelFormatException error = LocateFails("x-00003-of-00003.safetensors", SafeTensorsErrorCodes.ShardMissing);
        Assert.Contains("x-00002-of-00003.safetensors", error.Message, StringComparison.Ordinal);
        LocateFails(string.Empty, SafeTensorsErrorCodes.ShardMissing);
    }

    [Fact]
    public void An_incomplete_set_among_other_models_fails_when_it_is_opened()
    {
        _temp.Write("x-00001-of-00009.safetensors", SafeTensorsBuilder.Bytes(("a", 1)));
        _temp.Write("x-00003-of-00009.safetensors", SafeTensorsBuilder.Bytes(("b", 1)));
        _temp.Write("whole.safetensors", SafeTensorsBuilder.Bytes(("c", 1)));
        IReadOnlyList<ModelLocation> models = ModelReader.Locate(_temp.Root);
        Assert.Equal(2, models.Count);
        Assert.Null(models[0].Error);
        Assert.Equal(SafeTensorsErrorCodes.ShardMissing, Assert.Throws<ModelFormatException>(() => ModelReader.Open(models[1])).Code);
    }

    [Fact]
    public void A_number_beyond_its_total_is_part_of_the_name()
    {
        string path = _temp.Write("x-00004-of-00003.safetensors", SafeTensorsBuilder.Bytes(("a", 1)));
        Assert.Equal(["x-00004-of-00003.safetensors"], Assert.Single(ModelReader.Locate(path)).WeightFiles);
    }

    [Fact]
    public void A_shard_of_the_index_that_is_missing_is_named()
    {
        _temp.Write($"my/{One}", SafeTensorsBuilder.Bytes(("a", 3), ("b", 4)));
        WriteIndex($"{{\"weight_map\":{Map}}}");
        Assert.Contains(Two, LocateFails(IndexFile, SafeTensorsErrorCodes.IndexShardMissing).Message, StringComparison.Ordinal);
        Assert.Contains(Two, LocateFails(One, SafeTensorsErrorCodes.IndexShardMissing).Message, StringComparison.Ordinal);
        Assert.Contains(Two, LocateFails(string.Empty, SafeTensorsErrorCodes.IndexShardMissing).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_shard_that_is_a_link_to_nothing_is_missing()
    {
        _temp.Write($"my/{One}", SafeTensorsBuilder.Bytes(("a", 3), ("b", 4)));
        File.CreateSymbolicLink(_temp.File($"my/{Two}"), "nothing");
        LocateFails(One, SafeTensorsErrorCodes.ShardMissing);
        WriteIndex($"{{\"weight_map\":{Map}}}");
        LocateFails(IndexFile, SafeTensorsErrorCodes.IndexShardMissing);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("../my/" + One)]
    [InlineData("a/../" + One)]
    [InlineData("/etc/passwd")]
    [InlineData("C:/Windows/win.ini")]
    [InlineData("C:\\\\Windows\\\\win.ini")]
    [InlineData("\\\\\\\\server\\\\share\\\\x.safetensors")]
    [InlineData("..\\\\x.safetensors")]
    [InlineData("./" + One)]
    [InlineData("a//b.safetensors")]
    [InlineData("file:///etc/passwd")]
    [InlineData(One + "/")]
    [InlineData("a\\u0000.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void A_shard_outside_the_folder_is_refused(string shard)
    {
        WriteShards();
        WriteIndex($"{{\"weight_map\":{{\"a\":\"{shard}\"}}}}");
        LocateFails(IndexFile, FormatErrorCodes.PathEscape);
        LocateFails(string.Empty, FormatErrorCodes.PathEscape);
    }

    [Theory]
    [InlineData("", SafeTensorsErrorCodes.IndexJson)]
    [InlineData("[]", SafeTensorsErrorCodes.IndexJson)]
    [InlineData("{", SafeTensorsErrorCodes.IndexJson)]
    [InlineData("{} x", SafeTensorsErrorCodes.IndexJson)]
    [InlineData("{\"weight_map\":{\"\\ud800\":\"x\"}}", SafeTensorsErrorCodes.IndexJson)]
    [InlineData("{}", SafeTensorsErrorCodes.IndexWeightMap)]
    [InlineData("{\"weight_map\":{}}", SafeTensorsErrorCodes.IndexWeightMap)]
    [InlineData("{\"weight_map\":[]}", SafeTensorsErrorCodes.IndexWeightMap)]
    [InlineData("{\"weight_map\":{\"a\":1}}", SafeTensorsErrorCodes.IndexWeightMap)]
    [InlineData("{\"weight_map\":{\"a\":\"" + IndexFile + "\"}}", SafeTensorsErrorCodes.IndexWeightMap)]
    [InlineData("{\"weight_map\":{\"a\":\"" + One + "\",\"a\":\"" + Two + "\"}}", SafeTensorsErrorCodes.IndexDuplicateKey)]
    [InlineData("{\"weight_map\":{},\"weight_map\":{}}", SafeTensorsErrorCodes.IndexDuplicateKey)]
    [InlineData("{\"metadata\":{\"total_size\":1,\"total_size\":2},\"weight_map\":" + Map + "}", SafeTensorsErrorCodes.IndexDuplicateKey)]
    [InlineData("{\"x\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", SafeTensorsErrorCodes.IndexDepth)]
    public void An_index_that_is_not_as_it_should_be_is_refused(string index, string code)
    {
        WriteShards();
        WriteIndex(index);
        string expected = index.Length == 0 ? FormatErrorCodes.FileEmpty : code;
        LocateFails(IndexFile, expected);
        LocateFails(One, expected);
    }

    [Fact]
    public void Any_flipped_bit_of_an_index_is_refused_or_changes_nothing_that_counts()
    {
        WriteShards();
        byte[] index = Encoding.UTF8.GetBytes($"{{\"metadata\":{{\"total_size\":9}},\"weight_map\":{Map}}}");
        int refused = 0;
        for (int bit = 0; bit < index.Length * 8; bit++)
        {
            byte[] flipped = [.. index];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            string path = _temp.Write($"my/{IndexFile}", flipped);
            try
            {
                ModelReader.Open(Assert.Single(ModelReader.Locate(path))).Dispose();
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }

        // Only the key "metadata", what is in it and the value of total_size may change.
        Assert.InRange(refused, (index.Length - 30) * 8, (index.Length * 8) - 1);
    }

    [Fact]
    public void An_index_beyond_the_limits_is_refused()
    {
        WriteShards();
        WriteIndex($"{{\"weight_map\":{Map}}}");
        string path = _temp.File($"my/{IndexFile}");
        foreach (ReadLimits limits in (ReadLimits[])[new() { IndexBytes = 20 }, new() { IndexTensors = 2 }])
        {
            Assert.Equal(
                SafeTensorsErrorCodes.IndexTooLarge,
                Assert.Throws<ModelFormatException>(() => ModelReader.Locate(path, limits: limits)).Code);
        }
    }

    [Theory]
    [InlineData(
        "{\"a\":\"" + One + "\",\"b\":\"" + One + "\",\"c\":\"" + Two + "\",\"d\":\"" + Two + "\"}",
        SafeTensorsErrorCodes.IndexTensorMissing)]
    [InlineData("{\"a\":\"" + One + "\",\"b\":\"" + Two + "\",\"c\":\"" + Two + "\"}", SafeTensorsErrorCodes.IndexTensorMissing)]
    [InlineData("{\"a\":\"" + One + "\",\"c\":\"" + Two + "\"}", SafeTensorsErrorCodes.IndexTensorUnlisted)]
    public void An_index_that_disagrees_with_its_shards_is_refused(string map, string code)
    {
        WriteShards();
        WriteIndex($"{{\"weight_map\":{map}}}");
        ModelLocation location = Assert.Single(ModelReader.Locate(_temp.File($"my/{IndexFile}")));
        Assert.Equal(code, Assert.Throws<ModelFormatException>(() => ModelReader.Open(location)).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tensor_in_two_shards_is_refused(bool indexed)
    {
        _temp.Write($"my/{One}", SafeTensorsBuilder.Bytes(("a", 3), ("b", 4)));
        _temp.Write($"my/{Two}", SafeTensorsBuilder.Bytes(("c", 2), ("a", 3)));
        if (indexed)
        {
            WriteIndex($"{{\"weight_map\":{Map}}}");
        }

        ModelLocation location = Assert.Single(ModelReader.Locate(_temp.File($"my/{One}")));
        Assert.Equal(SafeTensorsErrorCodes.DuplicateTensor, Assert.Throws<ModelFormatException>(() => ModelReader.Open(location)).Code);
    }

    [Fact]
    public void A_total_size_that_lies_is_a_warning()
    {
        WriteShards();
        WriteIndex($"{{\"metadata\":{{\"total_size\":10}},\"weight_map\":{Map}}}");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File($"my/{IndexFile}"))));
        Assert.Contains("10", Assert.Single(source.Metadata.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_selection_is_one_file_that_the_reader_reads()
    {
        _temp.Write($"my/{One}", SafeTensorsBuilder.File(
            $"{{\"__metadata__\":{{\"format\":\"pt\",\"x\":\"1\"}}," +
            $"{SafeTensorsBuilder.Tensor("a", "F4", "[2,3]", 0, 3)},{SafeTensorsBuilder.Tensor("b", "U8", "[]", 3, 4)}}}",
            [1, 2, 3, 4]));
        _temp.Write($"my/{Two}", SafeTensorsBuilder.File(
            $"{{\"__metadata__\":{{\"format\":\"tf\",\"y\":\"2\"}}," +
            $"{SafeTensorsBuilder.Tensor("c\\u0000ü", "F16", "[1,2]", 0, 4)},{SafeTensorsBuilder.Tensor("e", "F32", "[0]", 4, 4)}}}",
            [5, 6, 7, 8]));
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File($"my/{One}"))));
        IReadOnlyList<TensorInfo> tensors = source.Metadata.Tensors;
        TensorInfo[] chosen = [tensors[2], tensors[3], tensors[0] with { Sha256 = ContentHash.Of([]) }];
        using ModelSource selection = FormatRegistry.Find(ModelFormat.SafeTensors)!.SelectTensors(source, chosen, ReadLimits.Default);

        ModelFile file = Assert.Single(selection.Files);
        Assert.Equal("my.safetensors", file.Path);
        byte[] bytes = SafeTensorsTest.All(file.Bytes);
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        string path = _temp.Write("copy/my.safetensors", bytes);
        using ModelSource copy = SafeTensorsTest.Open(path);
        Assert.Equal(["c\0ü F16 [1, 2]", "e F32 [0]", "a F4 [2, 3]"], copy.Metadata.Tensors.Select(t => $"{t.Name} {t.Dtype} {t.Shape}"));
        Assert.Equal(copy.Metadata.Tensors, selection.Metadata.Tensors);
        Assert.Equal(["format=pt", "x=1", "y=2"], copy.Metadata.Metadata.Select(entry => $"{entry.Key}={entry.Value}"));
        Assert.Equal([5, 6, 7, 8], SafeTensorsTest.Content(copy, "c\0ü"));
        Assert.Equal([1, 2, 3], SafeTensorsTest.Content(copy, "a"));
        Assert.Equal([5, 6, 7, 8, 1, 2, 3], bytes[^7..]);
    }

    [Fact]
    public void A_selection_takes_only_tensors_of_the_model_and_each_once()
    {
        string path = _temp.Write("m.safetensors", SafeTensorsBuilder.Bytes(("a", 3), ("b", 4)));
        using ModelSource source = SafeTensorsTest.Open(path);
        TensorInfo a = source.Metadata.Tensors[0];
        IModelFormat format = FormatRegistry.Find(ModelFormat.SafeTensors)!;
        Assert.Throws<ArgumentException>(() => format.SelectTensors(source, [a, a], ReadLimits.Default));
        Assert.Throws<ArgumentException>(() => format.SelectTensors(source, [a with { Name = "z" }], ReadLimits.Default));
        Assert.Throws<ArgumentException>(() => format.SelectTensors(source, [a with { Offset = 0 }], ReadLimits.Default));
    }

    private void WriteShards()
    {
        _temp.Write($"my/{One}", SafeTensorsBuilder.Bytes(("a", 3), ("b", 4)));
        _temp.Write($"my/{Two}", SafeTensorsBuilder.Bytes(("c", 2)));
    }

    private void WriteIndex(string text) => _temp.Write($"my/{IndexFile}", Encoding.UTF8.GetBytes(text));

    private ModelFormatException LocateFails(string named, string code)
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.File($"my/{named}")));
        Assert.True(code == error.Code, error.Message);
        return error;
    }
}
