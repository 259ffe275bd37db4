using System.Security.Cryptography;
using System.Text.Json;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;
using static Hartonomous.Tests.Support.WeightFiles;

namespace Hartonomous.Tests.Atoms;

/// <summary>New files with parts of stored models, read back with the readers.</summary>
public sealed class PartExportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public PartExportTests() => _store = EmbeddedStore.OpenOrCreate(Path.Combine(_folder.Root, "store"));

    private string Output => Path.Combine(_folder.Root, "out");

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_selection_of_SafeTensors_is_a_SafeTensors_file_with_the_same_tensors()
    {
        ImportModel();
        string path = _folder.File("some.safetensors");

        ExportResult result = Export(path, name => name is "w0" or "b");

        ExportedFile file = Assert.Single(result.Files);
        Assert.Equal((path, new FileInfo(path).Length), (file.Path, file.SizeBytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), file.Sha256.ToString());
        AssertHasTensors(path, "b", "w0");
    }

    [Fact]
    public void A_selection_of_GGUF_of_either_byte_order_stays_GGUF()
    {
        foreach (bool bigEndian in (bool[])[false, true])
        {
            string name = bigEndian ? "big" : "little";
            Import(_folder.Write($"{name}.gguf", Gguf(bigEndian)));

            new PartExporter(_store).Export(name, _folder.File($"part-{name}.gguf"), new PartExportOptions { Selects = tensor => tensor == "t1" });

            using ModelSource written = Open(_folder.File($"part-{name}.gguf"));
            Assert.Equal((ModelFormat.Gguf, "llama"), (written.Metadata.Format, written.Metadata.Architecture));
            Assert.Equal(StoredHashes(name)["t1"], Assert.Single(ModelInspector.Hash(written, written.Metadata.Tensors)).Sha256);
        }
    }

    [Fact]
    public void A_model_in_shards_has_the_index_that_Hugging_Face_writes()
    {
        _folder.Write("hf/config.json", """{"architectures":["LlamaForCausalLM"]}"""u8);
        _folder.Write("hf/model.safetensors", Model());
        Import(Path.Combine(_folder.Root, "hf"));

        ExportResult result = new PartExporter(_store).Export("hf", Output, new PartExportOptions { ShardBytes = 800 });

        Assert.Equal(
            ["hf-00001-of-00002.safetensors", "hf-00002-of-00002.safetensors", "model.safetensors.index.json", "config.json"],
            result.Files.Select(file => Path.GetFileName(file.Path)));
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Output, "model.safetensors.index.json")));
        Assert.Equal((3 * 384) + 16, index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        Assert.Equal(
            [
                ("b", "hf-00002-of-00002.safetensors"), ("w0", "hf-00001-of-00002.safetensors"),
                ("w1", "hf-00001-of-00002.safetensors"), ("w2", "hf-00002-of-00002.safetensors"),
            ],
            index.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => (entry.Name, entry.Value.GetString()!)));
        AssertHasTensors(Output, "b", "w0", "w1", "w2");
    }

    [Fact]
    public void A_GGUF_model_is_split_as_its_reader_expects()
    {
        Import(_folder.Write("m.gguf", Gguf(bigEndian: false)));

        ExportResult result = new PartExporter(_store).Export("m", Output, new PartExportOptions { ShardBytes = 600 });

        Assert.Equal(["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"], result.Files.Select(file => Path.GetFileName(file.Path)));
        using ModelSource written = Open(Path.Combine(Output, "m-00002-of-00002.gguf"));
        Assert.Equal(("llama", 3), (written.Metadata.Architecture, written.Metadata.Tensors.Count));
        Assert.Equal(StoredHashes("m"), Hashes(written));
    }

    [Fact]
    public void A_model_that_fits_one_shard_needs_no_number_and_no_index()
    {
        ImportModel();

        ExportResult result = new PartExporter(_store).Export("m", Output, new PartExportOptions { ShardBytes = 1_000_000 });

        Assert.Equal("m.safetensors", Path.GetFileName(Assert.Single(result.Files).Path));
    }

    [Fact]
    public void Tensors_that_no_SafeTensors_file_can_hold_are_refused_and_nothing_is_written()
    {
        TestModel model = new TestModel("u4").Tensor("t", TensorDtype.U4, [4], [1, 2]);
        using (ModelSource source = model.Open())
        {
            new ModelImporter(_store).Import(source);
        }

        PartExportOptions all = new() { Selects = _ => true };
        StoreException error = Assert.Throws<StoreException>(() => new PartExporter(_store).Export("u4", Output, all));

        Assert.Equal(StoreErrorCodes.ExportUnsupported, error.Code);
        Assert.False(Path.Exists(Output));
    }

    [Fact]
    public void A_name_that_no_tensor_has_is_refused()
    {
        ImportModel();

        Assert.Equal(StoreErrorCodes.TensorNotFound, Assert.Throws<StoreException>(() => Export(Output, _ => false)).Code);
    }

    [Fact]
    public void A_file_in_the_way_stays_as_it_is()
    {
        ImportModel();
        string taken = _folder.Write("taken.safetensors", [1]);

        Assert.Equal(StoreErrorCodes.OutputExists, Assert.Throws<StoreException>(() => Export(taken, _ => true)).Code);
        Assert.Equal(1, new FileInfo(taken).Length);
    }

    [Fact]
    public void A_damaged_store_leaves_no_file()
    {
        ImportModel();
        string pack = Directory.GetFiles(Path.Combine(_folder.Root, "store", "packs"))[0];
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[100] ^= 1;
        File.WriteAllBytes(pack, bytes);

        Assert.Equal(StoreErrorCodes.StoreCorrupt, Assert.Throws<StoreException>(() => Export(Path.Combine(Output, "x.safetensors"), _ => true)).Code);
        Assert.Empty(Directory.GetFiles(Output));
    }

    private static byte[] Model() => SafeTensors(
        ("w0", TensorDtype.F32, [12, 8], Floats(First(96))),
        ("w1", TensorDtype.F32, [12, 8], Floats(Second(96))),
        ("w2", TensorDtype.F32, [96], Floats(Enumerable.Range(0, 96).Select(i => (double)i))),
        ("b", TensorDtype.F16, [8], Halves(First(8))));

    private static byte[] Gguf(bool bigEndian) => new GgufBuilder { BigEndian = bigEndian, Alignment = 64 }
        .Text("general.architecture", "llama").U32("general.alignment", 64)
        .Add("t0", 0, [8, 12], GgufBuilder.Bytes(384, 1)).Add("t1", 1, [50], GgufBuilder.Bytes(100, 2)).Add("t2", 12, [256, 2], GgufBuilder.Bytes(288, 3))
        .Build();

    private static ModelSource Open(string path) => ModelReader.Open(Assert.Single(ModelReader.Locate(path)));

    private static Dictionary<string, ContentHash?> Hashes(ModelSource model) =>
        ModelInspector.Hash(model, model.Metadata.Tensors).ToDictionary(tensor => tensor.Name, tensor => tensor.Sha256);

    private void ImportModel() => Import(_folder.Write("m.safetensors", Model()));

    private void Import(string path)
    {
        using ModelSource source = Open(path);
        new ModelImporter(_store).Import(source);
    }

    private ExportResult Export(string path, Func<string, bool> selects) =>
        new PartExporter(_store).Export("m", path, new PartExportOptions { Selects = selects });

    private Dictionary<string, ContentHash?> StoredHashes(string model) =>
        _store.ListTensors(_store.FindModel(model)!.ModelId).ToDictionary(tensor => tensor.Info.Name, tensor => tensor.Info.Sha256);

    private void AssertHasTensors(string path, params string[] names)
    {
        using ModelSource written = Open(path);
        Dictionary<string, ContentHash?> stored = StoredHashes(_store.ListModels()[0].Name);
        Assert.Equal(names, written.Metadata.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.All(Hashes(written), tensor => Assert.Equal(stored[tensor.Key], tensor.Value));
    }
}
