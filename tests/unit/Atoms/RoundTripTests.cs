using System.Security.Cryptography;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Atoms;

/// <summary>Real files and folders into a store and out of it again, through the readers.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public RoundTripTests() => _store = EmbeddedStore.OpenOrCreate(Path.Combine(_folder.Root, "store"));

    public static TheoryData<string> ReferenceFiles
    {
        get
        {
            TheoryData<string> files = [];
            string[] found = TestData.ReferenceRoot is not { } root
                ? []
                : [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                    .Where(path => Path.GetExtension(path) is ".gguf" or ".safetensors" or ".onnx" or ".pt" or ".pth" or ".ckpt"
                        or ".jit" or ".h5" or ".hdf5")
                    .Select(path => Path.GetRelativePath(root, path))
                    .Append("public/tensorflow/saved_model_half_plus_two_cpu")
                    .Order(StringComparer.Ordinal)];
            files.AddRange(found.Length > 0 ? found : ["none"]);
            return files;
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [ReferenceDataTheory]
    [MemberData(nameof(ReferenceFiles))]
    public void A_reference_file_comes_back_byte_for_byte(string path) => AssertComesBack(TestData.Reference(path));

    [ReferenceFileFact(
        "public/tensorflow/saved_model_half_plus_two_tf2_cpu/00000123/saved_model.pb",
        "1c598d72b1b74dfb945e0c232809da107074127fa9fa4f34e2ab9564436f74dd")]
    public void The_model_of_TensorFlow_2_comes_back_byte_for_byte() =>
        AssertComesBack(TestData.Reference("public/tensorflow/saved_model_half_plus_two_tf2_cpu"));

    [Theory]
    [InlineData("gguf/quant-reference.gguf")]
    [InlineData("gguf/quant-reference.safetensors")]
    public void A_file_of_every_encoding_comes_back_byte_for_byte(string path) => AssertComesBack(TestData.Local(path));

    [Theory]
    [InlineData(1u, false)]
    [InlineData(1u, true)]
    [InlineData(2u, true)]
    [InlineData(3u, true)]
    public void A_gguf_file_of_any_version_and_byte_order_comes_back_and_shares_its_tensors(uint version, bool bigEndian)
    {
        static GgufBuilder Model(uint version, bool bigEndian) => new GgufBuilder { Version = version, BigEndian = bigEndian }
            .Text("general.architecture", "llama")
            .Add("f32", 0, [8, 2], GgufBuilder.Bytes(64))
            .Add("q4_0", 2, [32, 3], GgufBuilder.Bytes(54))
            .Add("q4_k", 12, [256], GgufBuilder.Bytes(144));
        AssertComesBack(_folder.Write("plain.gguf", Model(3, false).Build()));

        (ImportResult result, _) = AssertComesBack(_folder.Write("other.gguf", Model(version, bigEndian).Build()));

        IEnumerable<ContentHash?> Hashes(string model) => _store.ListTensors(_store.FindModel(model)!.ModelId).Select(tensor => tensor.Info.Sha256);
        if (!bigEndian)
        {
            Assert.Equal(Hashes("plain"), Hashes("other"));
            Assert.Equal(0, result.NewAtoms);
        }
    }

    [Fact]
    public void Odd_padding_key_order_and_trailing_spaces_survive()
    {
        const string header =
            "\n\t{ \"b\" : {\"data_offsets\":[4,6],\"shape\":[1],\"dtype\":\"F16\"},\"__metadata__\":{\"z\":\"1\",\"a\":\"\\u0041\"} , "
            + "\"a\":{\"shape\":[4],\"dtype\":\"U8\",\"data_offsets\":[0,4]}}   \n  ";
        Assert.NotEqual(0, header.Length % 8);
        AssertComesBack(_folder.Write("odd.safetensors", SafeTensorsBuilder.File(header, [1, 2, 3, 4, 5, 6])));
    }

    [Fact]
    public void A_folder_of_two_shards_comes_back_with_its_index_and_tokenizer()
    {
        _folder.Write("llama/config.json", """{"architectures":["LlamaForCausalLM"]}"""u8);
        _folder.Write("llama/tokenizer.json", TestModel.Noise(1, 70_000));
        _folder.Write("llama/empty.txt", []);
        _folder.Write(
            "llama/model.safetensors.index.json",
            """{"metadata":{"total_size":6},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"""u8);
        _folder.Write("llama/model-00001-of-00002.safetensors", SafeTensorsBuilder.Bytes(("a", 4)));
        _folder.Write("llama/model-00002-of-00002.safetensors", SafeTensorsBuilder.Bytes(("b", 2)));

        (ImportResult result, ExportResult exported) = AssertComesBack(Path.Combine(_folder.Root, "llama"));

        Assert.Equal(("llama", 2L), (result.Model, result.Tensors));
        Assert.Equal("LlamaForCausalLM", _store.FindModel("llama")!.Architecture);
        Assert.Equal(6, exported.Files.Count);
    }

    [Fact]
    public void A_split_gguf_comes_back_whichever_of_its_files_is_named()
    {
        GgufBuilder Part(ushort number) => new GgufBuilder()
            .Text("general.architecture", "llama").U16("split.no", number).U16("split.count", 2).I32("split.tensors.count", 2)
            .Add($"blk.{number}.attn_q.weight", 0, [8], GgufBuilder.Bytes(32, number + 1));
        _folder.Write("split/m-00001-of-00002.gguf", Part(0).Build());
        string second = _folder.Write("split/m-00002-of-00002.gguf", Part(1).Build());

        (ImportResult result, ExportResult exported) = AssertComesBack(second);

        Assert.Equal(("m", 2L, 2), (result.Model, result.Tensors, exported.Files.Count));
    }

    [ReferenceDataFact]
    public void One_model_in_four_containers_is_stored_once()
    {
        Import(TestData.Reference("public/safetensors/silero_vad_16k.safetensors"));
        Import(TestData.Reference("public/onnx/silero_vad_16k_op15.onnx"));
        Import(TestData.Reference("public/onnx/silero_vad_half.onnx"));
        Import(TestData.Reference("public/pytorch/silero_vad.jit"));

        // By the hashes of expected.json: the ONNX and TorchScript files share 15 tensors of 1,238,532 bytes; one of them, of 264,192 bytes,
        // is in the other two files as well.
        Dictionary<string, long>[] sizes = [.. _store.ListModels().OrderBy(model => model.ModelId).Select(model => _store.ListTensors(model.ModelId)
            .DistinctBy(tensor => tensor.Info.Sha256).ToDictionary(tensor => tensor.Info.Sha256!.Value.ToString(), tensor => tensor.Info.SizeBytes))];
        (int, long) Shared(int left, int right) =>
            (sizes[left].Count(tensor => tensor.Value >= 4 && sizes[right].ContainsKey(tensor.Key)),
            sizes[left].Where(tensor => sizes[right].ContainsKey(tensor.Key)).Sum(tensor => tensor.Value));
        Assert.Equal((1, 264_192), Shared(0, 1));
        Assert.Equal((1, 264_192), Shared(0, 2));
        Assert.Equal((15, 1_238_532), Shared(3, 1));
        StoreStatistics figures = _store.GetStatistics();
        Assert.True(figures.SavedByTensor >= 1_238_532 + (2 * 264_192), $"{figures.SavedByTensor} bytes were saved.");
        Assert.Equal(
            figures.BytesImported + figures.BytesBeside,
            figures.BytesStored + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock);
    }

    [Fact]
    public void The_same_file_twice_stores_nothing_and_a_copy_adds_a_model_only()
    {
        string path = TestData.Local("gguf/quant-reference.safetensors");
        AssertComesBack(path);
        long stored = _store.GetStatistics().BytesStored;

        ImportResult again = Import(path);
        ImportResult copy = Import(path, "copy");

        Assert.Equal((ImportStatus.Unchanged, 0L, 0L, null), (again.Status, again.NewAtoms, again.NewBytes, again.JobId));
        Assert.Equal((ImportStatus.Complete, 0L, 0L), (copy.Status, copy.NewAtoms, copy.NewBytes));
        Assert.Equal((2L, stored), (_store.GetStatistics().Models, _store.GetStatistics().BytesStored));
    }

    [Fact]
    public void A_file_that_differs_in_one_tensor_adds_that_tensor()
    {
        byte[] bytes = File.ReadAllBytes(TestData.Local("gguf/quant-reference.safetensors"));
        AssertComesBack(_folder.Write("one.safetensors", bytes));
        bytes[^1] ^= 1;

        (ImportResult result, _) = AssertComesBack(_folder.Write("two.safetensors", bytes));

        Assert.Equal((1L, 24_576L), (result.NewAtoms, result.NewBytes));
    }

    [Fact]
    public void A_selection_of_tensors_is_a_model_of_its_own_that_shares_their_atoms()
    {
        string path = TestData.Local("gguf/quant-reference.gguf");
        AssertComesBack(path);
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        List<TensorInfo> chosen = [.. source.Metadata.Tensors.Where(tensor => tensor.Quantization != QuantizationType.None).Take(3)];
        using ModelSource selection = FormatRegistry.Find(ModelFormat.Gguf)!.SelectTensors(source, chosen, ReadLimits.Default);

        ImportResult result = new ModelImporter(_store).Import(selection, new ImportOptions { Name = "some" });
        string output = _folder.File("some.gguf");
        new ModelExporter(_store).Export("some", output);

        Assert.Equal((3L, 0L), (result.Tensors, result.NewAtoms));
        using ModelSource written = ModelReader.Open(ModelReader.Locate(output)[0]);
        Assert.Equal(chosen.Select(tensor => (tensor.Name, tensor.Dtype)), written.Metadata.Tensors.Select(tensor => (tensor.Name, tensor.Dtype)));
        Assert.Equal(ModelInspector.Hash(source, chosen).Select(tensor => tensor.Sha256), ModelInspector.Hash(written, written.Metadata.Tensors).Select(tensor => tensor.Sha256));
    }

    [Fact]
    public void A_broken_file_leaves_nothing_in_the_store()
    {
        byte[] bytes = File.ReadAllBytes(TestData.Local("gguf/quant-reference.gguf"));
        string path = _folder.Write("cut.gguf", bytes.AsSpan(0, bytes.Length - 4096));

        Assert.Throws<ModelFormatException>(() => Import(path));

        Assert.Empty(_store.ListModels());
        Assert.Equal(0, _store.GetStatistics().Atoms);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_ends_in_an_error_and_a_whole_store()
    {
        string path = _folder.Write("m.safetensors", SafeTensorsBuilder.Bytes(("a", 3_000_000)));
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(1_000_000);
        }

        ModelFormatException error = Assert.Throws<ModelFormatException>(() => new ModelImporter(_store).Import(source));

        Assert.Equal(FormatErrorCodes.FileTruncated, error.Code);
        Assert.Empty(new StoreVerifier(_store).Verify(full: true).Findings);
    }

    [Fact]
    public void A_file_that_is_written_to_while_it_is_read_is_refused()
    {
        string path = _folder.Write("m.safetensors", SafeTensorsBuilder.Bytes(("a", 3000)));
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        StoreException error = Assert.Throws<StoreException>(() => new ModelImporter(_store).Import(source));

        Assert.Equal(StoreErrorCodes.SourceChanged, error.Code);
        Assert.Empty(_store.ListModels());
    }

    private ImportResult Import(string path, string? name = null)
    {
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        return new ModelImporter(_store).Import(source, new ImportOptions { Name = name });
    }

    /// <summary>Imports a file, set of shards or folder, exports it, and compares every byte and the hashes of all tensors.</summary>
    private (ImportResult Imported, ExportResult Exported) AssertComesBack(string path)
    {
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        ImportResult imported = new ModelImporter(_store).Import(source);
        string output = Path.Combine(_folder.Root, "out", imported.Model);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        ExportResult exported = new ModelExporter(_store).Export(imported.Model, output);

        Assert.Equal(source.Files.Count, exported.Files.Count);
        foreach ((ModelFile original, ExportedFile copy) in source.Files.Zip(exported.Files))
        {
            byte[] bytes = File.ReadAllBytes(source.Location.FullPath(original.Path));
            Assert.Equal(bytes, File.ReadAllBytes(copy.Path));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), copy.Sha256.ToString());
        }

        Assert.Equal(
            ModelInspector.Hash(source, source.Metadata.Tensors).Select(tensor => (tensor.Name, tensor.Sha256)),
            _store.ListTensors(imported.ModelId).Select(tensor => (tensor.Info.Name, tensor.Info.Sha256)));
        Assert.Empty(new StoreVerifier(_store).Verify(full: true).Findings);
        return (imported, exported);
    }
}
