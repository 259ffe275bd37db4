using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Atoms;

/// <summary>Models whose tensors stay in their own files.</summary>
public sealed class InPlaceTests : IDisposable
{
    private const int Large = 3_000_000;
    private const int Small = 1000;

    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public InPlaceTests() => _store = EmbeddedStore.OpenOrCreate(Path.Combine(_folder.Root, "store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Tensors_are_referred_to_and_come_back_from_their_file()
    {
        string path = WriteModel("m");

        ImportResult result = Import(path, inPlace: true);

        Assert.Equal((Large + Small, 0L, 0L), (result.InPlaceBytes, result.NewAtoms, result.NewBytes));
        AssertAddsUp(Large + Small);
        AssertExports("m", path);
        Assert.Empty(Verify(full: false));
        Assert.Empty(Verify(full: true));
        InPlaceUse use = _store.GetInPlaceUse(result.ModelId);
        Assert.Equal((4L, Large + Small, path), (use.Atoms, use.Bytes, Assert.Single(use.Files).Path));
    }

    [Fact]
    public void A_second_import_in_place_changes_nothing()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);

        Assert.Equal(ImportStatus.Unchanged, Import(path, inPlace: true).Status);
        AssertAddsUp(Large + Small);
    }

    [Fact]
    public void A_file_that_changed_is_named_with_its_model_and_found_by_both_verifications()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^(Small + 5)] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        StoreException error = Assert.Throws<StoreException>(() => Export("m"));

        Assert.Equal((StoreErrorCodes.InPlaceSourceChanged, path), (error.Code, error.Subject));
        Assert.Contains("model m", error.Problem, StringComparison.Ordinal);
        Assert.Equal((VerifyFindingCodes.InPlaceChanged, path), (Verify(full: false).Single().Code, Verify(full: false).Single().Object));
        Assert.Contains(
            Verify(full: true),
            finding => finding.Code == VerifyFindingCodes.InPlaceChanged && finding.Detail.Contains(path, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder.Root, "*.hart-partial"));
    }

    [Fact]
    public void A_file_that_is_gone_is_named()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);
        File.Delete(path);

        StoreException error = Assert.Throws<StoreException>(() => Export("m"));

        Assert.Equal((StoreErrorCodes.InPlaceSourceMissing, path), (error.Code, error.Subject));
        Assert.Equal(VerifyFindingCodes.InPlaceMissing, Verify(full: false).Single().Code);
        Assert.Contains(VerifyFindingCodes.InPlaceMissing, Verify(full: true).Select(finding => finding.Code));
    }

    [Fact]
    public void A_touched_file_with_its_old_content_is_read_all_the_same()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        AssertExports("m", path);
        Assert.Empty(Verify(full: true));
        Assert.Equal(VerifyFindingCodes.InPlaceChanged, Verify(full: false).Single().Code);
    }

    [Fact]
    public void What_is_stored_already_is_used_and_not_referred_to()
    {
        Import(WriteModel("stored"), inPlace: false);

        ImportResult result = Import(_folder.Write("other.safetensors", Bytes(("a", Large, 1), ("c", Small, 3))), inPlace: true);

        Assert.Equal(Small, result.InPlaceBytes);
        AssertAddsUp(Small);
        Assert.Empty(Verify(full: true));
    }

    [Theory]
    [InlineData("m")]
    [InlineData("again")]
    public void An_ordinary_import_absorbs_what_lay_outside(string name)
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);

        ImportResult result = Import(path, inPlace: false, name);
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);

        Assert.Equal((ImportStatus.Complete, Large + Small, 0L), (result.Status, result.NewBytes, result.InPlaceBytes));
        AssertAddsUp(0);
        Assert.Equal(bytes, File.ReadAllBytes(Export("m")));
        Assert.Empty(Verify(full: true));
    }

    [Fact]
    public void An_ordinary_import_with_other_blocks_absorbs_as_well()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);

        Import(path, inPlace: false, blockBytes: 1 << 16);
        File.Delete(path);

        AssertAddsUp(0);
        Assert.Empty(Verify(full: true));
    }

    [Fact]
    public void Absorbing_makes_the_file_superfluous_and_is_done_once()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);

        AbsorbSummary first = new ModelAbsorber(_store).Absorb("m");
        AbsorbSummary second = new ModelAbsorber(_store).Absorb("m");
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);

        Assert.Equal((new AbsorbSummary(4, Large + Small), new AbsorbSummary(0, 0)), (first, second));
        AssertAddsUp(0);
        Assert.Equal(bytes, File.ReadAllBytes(Export("m")));
        Assert.Empty(Verify(full: true));
    }

    [Fact]
    public void Absorbing_refuses_a_changed_file_and_leaves_the_store_in_order()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Equal(StoreErrorCodes.InPlaceSourceChanged, Assert.Throws<StoreException>(() => new ModelAbsorber(_store).Absorb("m")).Code);
        File.WriteAllBytes(path, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
        Assert.Empty(Verify(full: true));
    }

    [Fact]
    public void Removing_the_model_drops_its_places_and_leaves_those_of_another()
    {
        string first = WriteModel("m");
        string second = _folder.Write("n.safetensors", Bytes(("a", Large, 1), ("c", Small, 3)));
        Import(first, inPlace: true);
        Import(second, inPlace: true);

        _store.RemoveModel(_store.FindModel("m")!.ModelId);
        File.Delete(first);

        // The block they share lay in both files: the second one's place is left.
        AssertExports("n", second);
        AssertAddsUp(Large + Small);
        Assert.Empty(Verify(full: false));
        _store.RemoveModel(_store.FindModel("n")!.ModelId);
        AssertAddsUp(0);
        Assert.Equal((0, 0), (_store.GetStatistics().Atoms, Verify(full: true).Count));
    }

    [Fact]
    public void A_moved_file_is_found_after_another_import_in_place()
    {
        string path = WriteModel("m");
        Import(path, inPlace: true);
        string moved = _folder.File("elsewhere/m.safetensors");
        File.Move(path, moved);

        Assert.Equal(ImportStatus.Complete, Import(moved, inPlace: true).Status);

        AssertExports("m", moved);
        Assert.Empty(Verify(full: false));
    }

    [Fact]
    public void Big_endian_tensors_and_what_lies_between_are_copied()
    {
        string path = _folder.Write("big.gguf", new GgufBuilder { BigEndian = true }
            .Text("general.architecture", "llama").Text("filler", new string('x', 10_000))
            .Add("f32", 0, [64], GgufBuilder.Bytes(256)).Add("i8", 24, [64], GgufBuilder.Bytes(64)).Build());

        ImportResult result = Import(path, inPlace: true);

        Assert.Equal(64, result.InPlaceBytes);
        AssertExports("big", path);
        Assert.Empty(Verify(full: true));
    }

    [Fact]
    public void A_selection_of_tensors_cannot_stay_in_place()
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(WriteModel("m"))[0]);
        using ModelSource selection = FormatRegistry.Find(ModelFormat.SafeTensors)!.SelectTensors(source, [source.Metadata.Tensors[0]], ReadLimits.Default);

        StoreException error = Assert.Throws<StoreException>(() => new ModelImporter(_store).Import(selection, new ImportOptions { InPlace = true }));

        Assert.Equal(StoreErrorCodes.InPlaceUnsupported, error.Code);
        Assert.Empty(_store.ListModels());
    }

    [Fact]
    public void Replacing_a_folder_keeps_the_files_that_did_not_change()
    {
        _folder.Write("hf/config.json", "{}"u8);
        string weights = _folder.Write("hf/model.safetensors", Bytes(("a", Small, 1)));
        string folder = Path.Combine(_folder.Root, "hf");
        Import(folder, inPlace: true);
        File.WriteAllBytes(weights, Bytes(("a", Small, 2)));

        using (ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(folder))))
        {
            new ModelImporter(_store).Import(source, new ImportOptions { Replace = true });
        }

        string output = Path.Combine(_folder.Root, "back");
        new ModelExporter(_store).Export("hf", output);
        Assert.Equal(File.ReadAllBytes(weights), File.ReadAllBytes(Path.Combine(output, "model.safetensors")));
        Assert.Equal("{}", File.ReadAllText(Path.Combine(output, "config.json")));
        Assert.Empty(Verify(full: true));
    }

    private static byte[] Bytes(params (string Name, int Length, int Seed)[] tensors) => WeightFiles.SafeTensors(
        [.. tensors.Select(tensor => (tensor.Name, TensorDtype.U8, new long[] { tensor.Length }, TestModel.Noise(tensor.Seed, tensor.Length)))]);

    private string WriteModel(string name) => _folder.Write($"{name}.safetensors", Bytes(("a", Large, 1), ("b", Small, 2)));

    private ImportResult Import(string path, bool inPlace, string? name = null, int blockBytes = ImportOptions.DefaultBlockBytes)
    {
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        return new ModelImporter(_store).Import(source, new ImportOptions { Name = name, InPlace = inPlace, BlockBytes = blockBytes });
    }

    private string Export(string model)
    {
        string output = Path.Combine(_folder.Root, $"out-{model}");
        new ModelExporter(_store).Export(model, output, overwrite: true);
        return output;
    }

    private IReadOnlyList<VerifyFinding> Verify(bool full) => new StoreVerifier(_store).Verify(full).Findings;

    private void AssertExports(string model, string original) => Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(Export(model)));

    private void AssertAddsUp(long inPlace)
    {
        StoreStatistics figures = _store.GetStatistics();
        Assert.Equal(inPlace, figures.BytesInPlace);
        Assert.Equal(
            figures.BytesImported + figures.BytesBeside,
            figures.BytesStored + figures.BytesInPlace + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock);
    }
}
