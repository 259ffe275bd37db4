using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>Models in several files, as llama.cpp's gguf-split writes them: the keys in every file, the metadata in the first.</summary>
public class GgufSplitTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_split_model_is_found_from_any_of_its_files_and_read_as_one(int count)
    {
        using TempFolder folder = new();
        List<string> paths = WriteSplit(folder, "tiny", count);
        string[] names = [.. paths.Select(path => Path.GetFileName(path))];
        foreach (string path in paths)
        {
            GgufFormat format = new();
            ModelLocation location = format.Locate(path, ReadLimits.Default);
            Assert.Equal("tiny", location.Name);
            Assert.Equal(folder.Root, location.Folder);
            Assert.Equal(names, location.WeightFiles);
            Assert.False(location.IsFolder);
            using ModelSource model = format.Open(location, ReadLimits.Default, CancellationToken.None);
            Assert.Equal("llama", model.Metadata.Architecture);
            Assert.Empty(model.Metadata.Warnings);
            IEnumerable<string> expected = Enumerable.Range(0, count).SelectMany(i => new[] { $"a{i}", $"b{i}" });
            Assert.Equal(expected, model.Metadata.Tensors.Select(tensor => tensor.Name));
            Assert.Equal(names, model.Files.Select(file => file.Path));
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(names[i], model.Metadata.Tensors[2 * i].File);
                Assert.Equal(Content(i), GgufFiles.Content(model, model.Metadata.Tensors[2 * i]));
                Assert.Equal([(byte)i], GgufFiles.Content(model, model.Metadata.Tensors[(2 * i) + 1]));
            }
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using TempFolder folder = new();
        List<string> paths = WriteSplit(folder, "tiny", 3);
        File.Delete(paths[0]);
        File.Delete(paths[2]);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => new GgufFormat().Locate(paths[1], ReadLimits.Default));
        Assert.Equal("GGUF_SPLIT_MISSING", error.Code);
        Assert.Contains("lacks tiny-00001-of-00003.gguf, tiny-00003-of-00003.gguf", error.Problem, StringComparison.Ordinal);
        Assert.Equal(paths[1], error.File);
    }

    [Fact]
    public void Of_very_many_missing_files_the_first_are_named()
    {
        using TempFolder folder = new();
        string path = folder.Write("tiny-00001-of-99999.gguf", Shard(0, 99999, 1).Build());
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => new GgufFormat().Locate(path, ReadLimits.Default));
        Assert.Equal("GGUF_SPLIT_MISSING", error.Code);
        Assert.Contains("tiny-00005-of-99999.gguf and more", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny-00004-of-00003.gguf")]
    [InlineData("tiny-00000-of-00003.gguf")]
    [InlineData("tiny-00000-of-00000.gguf")]
    public void A_name_with_impossible_numbers_is_refused(string name)
    {
        using TempFolder folder = new();
        string path = folder.Write(name, Shard(0, 3, 2).Build());
        Assert.Equal(
            "GGUF_SPLIT_NAME", Assert.Throws<ModelFormatException>(() => new GgufFormat().Locate(path, ReadLimits.Default)).Code);
    }

    [Fact]
    public void A_file_of_several_that_is_not_named_so_is_refused()
    {
        using TempFolder folder = new();
        string path = folder.Write("renamed.gguf", Shard(1, 3, 6).Build());
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => GgufFiles.Open(path));
        Assert.Equal("GGUF_SPLIT_NAME", error.Code);
        Assert.Contains("one of 3", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny-00002-of-00003.gguf", "GGUF_SPLIT_MISSING")]
    [InlineData("tiny-00001-of-00001.gguf", "GGUF_SPLIT_COUNT")]
    public void A_file_of_several_that_is_opened_alone_is_refused(string name, string code)
    {
        byte[] file = Shard(1, 3, 6).Build();
        Assert.Equal(code, Assert.Throws<ModelFormatException>(() => GgufFiles.Open(file, name: name)).Code);
    }

    [Fact]
    public void A_model_in_one_file_may_be_named_the_only_one()
    {
        using TempFolder folder = new();
        string path = folder.Write("tiny-00001-of-00001.gguf", new GgufBuilder().Add("a", 24, [1], [1]).Build());
        using ModelSource without = GgufFiles.Open(path);
        Assert.Equal("tiny", without.Location.Name);
        using ModelSource with = GgufFiles.Open(folder.Write("other-00001-of-00001.gguf", Shard(0, 1, 2).Build()));
        Assert.Equal(2, with.Metadata.Tensors.Count);
    }

    [Theory]
    [InlineData("count", "GGUF_SPLIT_COUNT")]
    [InlineData("no count", "GGUF_SPLIT_COUNT")]
    [InlineData("no", "GGUF_SPLIT_NO")]
    [InlineData("no no", "GGUF_SPLIT_NO")]
    [InlineData("tensors", "GGUF_SPLIT_TENSOR_COUNT")]
    [InlineData("no tensors", "GGUF_SPLIT_TENSOR_COUNT")]
    [InlineData("type", "GGUF_SPLIT_TYPE")]
    [InlineData("array", "GGUF_SPLIT_TYPE")]
    [InlineData("huge", "GGUF_SPLIT_COUNT")]
    [InlineData("same tensor", "GGUF_SPLIT_NAME_DUPLICATE")]
    [InlineData("byte order", "GGUF_SPLIT_MIXED")]
    [InlineData("version", "GGUF_SPLIT_MIXED")]
    [InlineData("broken", "GGUF_MAGIC")]
    public void Files_that_do_not_belong_together_are_refused(string what, string code)
    {
        using TempFolder folder = new();
        string first = folder.Write("tiny-00001-of-00002.gguf", Shard(0, 2, 4).Build());
        GgufBuilder second = what switch
        {
            "count" => Shard(1, 3, 4),
            "no count" => Shard(1, 2, 4, without: "split.count"),
            "no" => Shard(0, 2, 4, tensors: 1),
            "no no" => Shard(1, 2, 4, without: "split.no"),
            "tensors" => Shard(1, 2, 5),
            "no tensors" => Shard(1, 2, 4, without: "split.tensors.count"),
            "type" => Shard(1, 2, 4, without: "split.count").Text("split.count", "2"),
            "array" => Shard(1, 2, 4, without: "split.count").Array("split.count", 2, 1, writer => writer.U16(2)),
            "huge" => Shard(1, 2, 4, without: "split.count").Entry("split.count", 10, writer => writer.U64(ulong.MaxValue)),
            "same tensor" => Shard(1, 2, 4, tensors: 0),
            "byte order" => Shard(1, 2, 4, bigEndian: true),
            "version" => Shard(1, 2, 4, version: 2),
            _ => new GgufBuilder { Magic = "GGML"u8.ToArray() },
        };
        string path = folder.Write("tiny-00002-of-00002.gguf", second.Build());
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => GgufFiles.Open(first));
        Assert.Equal(code, error.Code);
        Assert.Equal(path, error.File);
        File.Delete(path); // both files were closed again
        File.Delete(first);
    }

    [Fact]
    public void A_name_that_says_more_files_than_the_first_says_is_refused()
    {
        using TempFolder folder = new();
        folder.Write("tiny-00002-of-00002.gguf", Shard(1, 2, 4).Build());
        string first = folder.Write("tiny-00001-of-00002.gguf", new GgufBuilder().Add("a", 24, [1], [1]).Build());
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => GgufFiles.Open(first));
        Assert.Equal("GGUF_SPLIT_COUNT", error.Code);
        Assert.Contains("split.count is absent, 2 is expected", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama-7b.Q4_K_M.gguf", "llama-7b.Q4_K_M")]
    [InlineData("model.gguf", "folder")]
    [InlineData("ggml-model.gguf", "folder")]
    [InlineData("Model.GGUF", "folder")]
    [InlineData("model-00001-of-00001.gguf", "folder")]
    [InlineData("qwen-00001-of-00001.gguf", "qwen")]
    [InlineData("no-extension", "no-extension")]
    public void A_model_is_named_by_its_file_or_where_that_says_nothing_by_its_folder(string file, string name)
    {
        using TempFolder folder = new();
        string path = folder.Write($"folder/{file}", new GgufBuilder().Build());
        ModelLocation location = new GgufFormat().Locate(path, ReadLimits.Default);
        Assert.Equal(name, location.Name);
        Assert.Equal([file], location.WeightFiles);
        Assert.Equal(ModelFormat.Gguf, location.Format);
        Assert.Equal(path, location.DisplayPath);
    }

    internal static List<string> WriteSplit(TempFolder folder, string stem, int count) =>
        [.. Enumerable.Range(0, count)
            .Select(i => folder.Write($"{stem}-{i + 1:D5}-of-{count:D5}.gguf", Shard(i, count, 2 * count).Build()))];

    internal static byte[] Content(int tensors) => GgufBuilder.Bytes(40, tensors);

    private static GgufBuilder Shard(
        int no, int count, int total, string without = "", int? tensors = null, bool bigEndian = false, uint version = 3)
    {
        GgufBuilder builder = new() { BigEndian = bigEndian, Version = version };
        if (no == 0)
        {
            builder.Text("general.architecture", "llama").U32("llama.block_count", 1);
        }

        if (without != "split.no")
        {
            builder.U16("split.no", (ushort)no);
        }

        if (without != "split.count")
        {
            builder.U16("split.count", (ushort)count);
        }

        if (without != "split.tensors.count")
        {
            builder.I32("split.tensors.count", total);
        }

        if (no == 0)
        {
            builder.Text("general.name", "after the split keys");
        }

        int number = tensors ?? no;
        return builder.Add($"a{number}", 24, [10, 4], Content(number)).Add($"b{number}", 24, [1], [(byte)number]);
    }
}
