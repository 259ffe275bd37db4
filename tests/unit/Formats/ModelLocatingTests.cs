using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats;

/// <summary>Which models a folder holds, what belongs to them and what they are called.</summary>
public sealed class ModelLocatingTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Each_file_of_a_plain_folder_is_a_model_and_shards_are_one()
    {
        Model("b.safetensors");
        Model("a-00001-of-00002.safetensors", "x");
        Model("a-00002-of-00002.safetensors", "y");
        Model("sub/c.safetensors");
        Text("readme.md", "hello");
        Assert.Equal(["a", "b"], ModelReader.Locate(_temp.Root).Select(model => model.Name));
        Assert.Equal(["a", "b", "c"], ModelReader.Locate(_temp.Root, recurse: true).Select(model => model.Name));
    }

    [Fact]
    public void A_folder_without_models_is_refused()
    {
        Text("readme.md", "hello");
        Text("config.json", "{}");
        Model("sub/c.safetensors");
        Assert.Equal(FormatErrorCodes.FolderNoModel, Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.Root)).Code);
    }

    [Fact]
    public void A_broken_model_in_a_folder_is_not_passed_over()
    {
        Model("good.safetensors");
        _temp.Write("empty.safetensors", []);
        _temp.Write("broken.safetensors", [1, 2, 3]);
        _temp.Write("lfs.safetensors", "version https://git-lfs.github.com/spec/v1\n"u8);
        _temp.Write("archive.zip", "PK\x05\x06"u8);
        IReadOnlyList<ModelLocation> models = ModelReader.Locate(_temp.Root);
        Assert.Equal(["broken", "empty", "good", "lfs"], models.Select(model => model.Name));
        IEnumerable<string> codes = models.Where(model => model.Name != "good")
            .Select(model => Assert.Throws<ModelFormatException>(() => ModelReader.Open(model)).Code);
        Assert.Equal(["SAFETENSORS_HEADER_TOO_SMALL", FormatErrorCodes.FileEmpty, FormatErrorCodes.FormatUnsupported], codes);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("adapter_config.json")]
    [InlineData("tokenizer.json")]
    public void A_Hugging_Face_folder_is_one_model_with_all_its_files(string marker)
    {
        Model("my-model/model.safetensors", "w");
        Model("my-model/consolidated.safetensors", "v");
        Text($"my-model/{marker}", "{}");
        Text("my-model/1_Pooling/config.json", "{}");
        Text("my-model/empty.txt", string.Empty);
        Text("my-model/.gitattributes", "x");
        Text("my-model/.git/HEAD", "x");
        Text("my-model/.cache/huggingface/x", "x");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File("my-model") + "/")));
        Assert.Equal("my-model", source.Location.Name);
        Assert.True(source.Location.IsFolder);
        Assert.Equal(_temp.File("my-model"), source.Location.DisplayPath);
        string[] others = ["1_Pooling/config.json", marker, "empty.txt"];
        Assert.Equal(
            ["consolidated.safetensors", "model.safetensors", .. others.Order(StringComparer.Ordinal)],
            source.Files.Select(file => file.Path));
        Assert.Equal(0, source.File("empty.txt").SizeBytes);
        Assert.Null(source.Metadata.Variant);
        Assert.Empty(source.Metadata.Warnings);
    }

    [Fact]
    public void A_diffusers_folder_is_one_model_whose_weights_lie_below()
    {
        Text("pipe/model_index.json", """{"_class_name":"StableDiffusionPipeline"}""");
        Model("pipe/unet/diffusion_pytorch_model.safetensors", "w");
        Model("pipe/vae/diffusion_pytorch_model.safetensors", "w");
        Text("pipe/unet/config.json", "{}");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.Root, recurse: true)));
        Assert.Equal("pipe", source.Location.Name);
        Assert.Equal("StableDiffusionPipeline", source.Metadata.Architecture);
        Assert.Equal(
            ["unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"],
            source.Metadata.Tensors.Select(tensor => tensor.File));
    }

    [Fact]
    public void An_index_whose_shards_were_not_downloaded_is_a_plain_file()
    {
        Model("hf/model.safetensors", "w");
        Text("hf/config.json", "{}");
        Text("hf/model.safetensors.index.fp16.json", """{"weight_map":{"w":"model.fp16-00001-of-00001.safetensors"}}""");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File("hf"))));
        Assert.Equal(3, source.Files.Count);
        Assert.Contains("fp16", Assert.Single(source.Metadata.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"architectures":["LlamaForCausalLM","X"],"model_type":"llama"}""", "LlamaForCausalLM", 0)]
    [InlineData("""{"architectures":[],"model_type":"llama"}""", "llama", 0)]
    [InlineData("""{"architectures":[1],"model_type":2}""", null, 0)]
    [InlineData("""[]""", null, 0)]
    [InlineData("""{"architectures":""", null, 1)]
    [InlineData("""{"model_type":"\ud800"}""", null, 1)]
    [InlineData("", null, 1)]
    public void The_architecture_comes_from_the_configuration_beside_the_weights(string config, string? architecture, int warnings)
    {
        string path = Model("hf/model.safetensors", "w");
        Text("hf/config.json", config);
        foreach (string named in (string[])[path, _temp.File("hf")])
        {
            using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(named)));
            Assert.Equal(architecture, source.Metadata.Architecture);
            Assert.Equal(warnings, source.Metadata.Warnings.Count);
        }
    }

    [Fact]
    public void A_configuration_beyond_the_limit_is_not_read()
    {
        string path = Model("hf/model.safetensors", "w");
        Text("hf/config.json", """{"model_type":"llama"}""");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)), new ReadLimits { ConfigBytes = 10 });
        Assert.Null(source.Metadata.Architecture);
        Assert.Single(source.Metadata.Warnings);
    }

    [Theory]
    [InlineData("""{"modelspec.architecture":"flux-1-dev","architecture":"other"}""", "flux-1-dev")]
    [InlineData("""{"architecture":"other"}""", "other")]
    public void The_architecture_in_the_file_goes_before_the_configuration(string metadata, string architecture)
    {
        string path = _temp.Write("m.safetensors", SafeTensorsBuilder.File($"{{\"__metadata__\":{metadata}}}"));
        Text("config.json", """{"model_type":"llama"}""");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        Assert.Equal(architecture, source.Metadata.Architecture);
    }

    [UnixFact]
    public void A_snapshot_of_the_Hugging_Face_cache_is_read_through_its_links()
    {
        const string Snapshot = "models--openai--gpt2/snapshots/607a30d7";
        Model("models--openai--gpt2/blobs/248dfc39", "w");
        Text("models--openai--gpt2/blobs/10c66461", """{"model_type":"gpt2"}""");
        Text("models--openai--gpt2/refs/main", "607a30d7\n");
        Link($"{Snapshot}/model.safetensors", "../../blobs/248dfc39");
        Link($"{Snapshot}/config.json", "../../blobs/10c66461");
        Text("models--openai--gpt2/snapshots/old/config.json", "{}");
        Model("models--openai--gpt2/snapshots/old/model.safetensors", "w");
        foreach (string named in (string[])[Snapshot, "models--openai--gpt2", "."])
        {
            using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(Path.Combine(_temp.Root, named), recurse: true)));
            Assert.Equal("gpt2", source.Location.Name);
            Assert.Equal("gpt2", source.Metadata.Architecture);
            Assert.Equal(["model.safetensors", "config.json"], source.Files.Select(file => file.Path));
        }

        ModelLocation single = Assert.Single(ModelReader.Locate(_temp.File($"{Snapshot}/model.safetensors")));
        Assert.Equal("gpt2", single.Name);
    }

    [UnixFact]
    public void An_index_in_a_snapshot_finds_its_shards_through_links_but_not_in_another_repository()
    {
        const string Snapshot = "models--a--b/snapshots/1";
        Model("models--a--b/blobs/x", "w");
        Model("models--a--c/blobs/y", "w");
        Link($"{Snapshot}/s.safetensors", "../../blobs/x");
        Link($"{Snapshot}/t.safetensors", "../../../models--a--c/blobs/y");
        string good = Text($"{Snapshot}/good.safetensors.index.json", """{"weight_map":{"w":"s.safetensors"}}""");
        string bad = Text($"{Snapshot}/bad.safetensors.index.json", """{"weight_map":{"w":"t.safetensors"}}""");
        Assert.Equal(["s.safetensors"], Assert.Single(ModelReader.Locate(good)).WeightFiles);
        Assert.Equal(FormatErrorCodes.PathEscape, Assert.Throws<ModelFormatException>(() => ModelReader.Locate(bad)).Code);
    }

    [UnixFact]
    public void A_shard_that_is_a_link_out_of_the_folder_is_refused()
    {
        Model("outside/w.safetensors", "w");
        Link("hf/file.safetensors", "../outside/w.safetensors");
        Link("hf/dir", "../outside");
        Model("hf/inside.safetensors", "w");
        Link("hf/loop", "loop");
        Link("hf/within.safetensors", "inside.safetensors");
        foreach (string shard in (string[])["file.safetensors", "dir/w.safetensors", "loop/w.safetensors"])
        {
            string index = Text("hf/m.safetensors.index.json", "{\"weight_map\":{\"w\":\"" + shard + "\"}}");
            Assert.Equal(FormatErrorCodes.PathEscape, Assert.Throws<ModelFormatException>(() => ModelReader.Locate(index)).Code);
        }

        string allowed = Text("hf/m.safetensors.index.json", """{"weight_map":{"w":"within.safetensors"}}""");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(allowed)));
        Assert.Single(source.Metadata.Tensors);
    }

    [UnixFact]
    public void Links_out_of_a_models_folder_are_left_out_with_a_warning()
    {
        Text("secret.txt", "secret");
        Model("hf/model.safetensors", "w");
        Text("hf/config.json", "{}");
        Link("hf/notes.txt", "../secret.txt");
        Link("hf/dangling.txt", "nothing");
        ModelLocation location = Assert.Single(ModelReader.Locate(_temp.File("hf")));
        Assert.Equal(["config.json"], location.OtherFiles);
        Assert.Equal(2, location.Warnings.Count);
    }

    [UnixFact]
    public void A_link_to_a_model_that_the_user_names_is_followed()
    {
        Model("far/w.safetensors", "w");
        Link("near/link.safetensors", "../far/w.safetensors");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File("near/link.safetensors"))));
        Assert.Equal("link", source.Location.Name);
    }

    [UnixFact]
    public void Loops_of_links_end()
    {
        Model("a/m.safetensors", "w");
        Link("a/up", "..");
        Link("a/self", "self");
        Link("loop.safetensors", "loop.safetensors");
        IReadOnlyList<ModelLocation> models = ModelReader.Locate(_temp.Root, recurse: true);
        Assert.Equal(["loop", "m"], models.Select(model => model.Name));
        Assert.Equal(FormatErrorCodes.FileNotFound, Assert.Throws<ModelFormatException>(() => ModelReader.Open(models[0])).Code);
    }

    [Theory]
    [InlineData("/m/qwen", "model", "qwen")]
    [InlineData("/m/qwen/", "Pytorch_Model", "qwen")]
    [InlineData("/m/qwen", "diffusion_pytorch_model", "qwen")]
    [InlineData("/m/qwen", "qwen-7b", "qwen-7b")]
    [InlineData("/", "model", "model")]
    [InlineData("/c/models--org--my--name/snapshots/1f", "model", "name")]
    [InlineData("/c/models--org--name/snapshots/1f/unet", "weights", "unet")]
    public void A_generic_file_name_gives_way_to_the_folders_name(string folder, string stem, string name) =>
        Assert.Equal(name, ModelNaming.DefaultName(folder, stem));

    [Fact]
    public void A_path_of_300_characters_is_read()
    {
        string path = Model($"{new string('d', 150)}/{new string('e', 150)}/m.safetensors", "w");
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        Assert.Equal("m", source.Location.Name);
    }

    [Fact]
    public void Files_are_closed_when_one_of_them_cannot_be_opened()
    {
        string path = Model("a/one.safetensors", "w");
        ModelLocation location = Assert.Single(ModelReader.Locate(path)) with { WeightFiles = ["one.safetensors", "gone.safetensors"] };
        Assert.Equal(FormatErrorCodes.FileNotFound, Assert.Throws<ModelFormatException>(() => ModelFiles.Open(location)).Code);
        using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(exclusive.CanWrite);
    }

    private string Model(string relative, string tensor = "w") => _temp.Write(relative, SafeTensorsBuilder.Bytes((tensor, 3)));

    private string Text(string relative, string text) => _temp.Write(relative, Encoding.UTF8.GetBytes(text));

    private void Link(string relative, string target) => File.CreateSymbolicLink(_temp.File(relative), target);
}
