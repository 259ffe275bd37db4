using System.Security.Cryptography;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Atoms;

/// <summary>Files that fill several windows and batches of the pipeline: tensors that lie whole in one, and such that do not.</summary>
public sealed class BatchTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public BatchTests() => _store = EmbeddedStore.OpenOrCreate(Path.Combine(_folder.Root, "store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Tensors_of_any_length_in_several_batches_have_their_hashes_and_come_back()
    {
        // A batch holds some 144 MiB: the long tensor reaches over its end, the others are longer and shorter than a window of 4 MiB.
        (string Name, int Bytes)[] tensors =
        [
            ("short", 10), ("block", MiB), ("window", (5 * MiB) + 3), ("quarter", 30 * MiB), ("long", 170 * MiB), ("after", (9 * MiB) + 1), ("last", 1),
        ];
        byte[] content = TestModel.Noise(5, tensors.Sum(tensor => tensor.Bytes));
        string path = Write("first", content, tensors);

        ImportResult result = Import(path);

        int offset = 0;
        foreach (((string name, int bytes), StoredTensor stored) in tensors.Zip(_store.ListTensors(result.ModelId)))
        {
            Assert.Equal((name, new ContentHash(SHA256.HashData(content.AsSpan(offset, bytes)))), (stored.Info.Name, stored.Info.Sha256));
            offset += bytes;
        }

        AssertComesBack("first", path);
        Assert.True(new StoreVerifier(_store).Verify(full: true).Ok);
        Assert.Equal(ImportStatus.Unchanged, Import(path).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(3_000_000)]
    [InlineData(20_000_000)]
    [InlineData(21_000_009)]
    public void A_file_that_differs_in_one_byte_is_not_taken_for_the_stored_one(int place)
    {
        (string Name, int Bytes)[] tensors = [("small", 100), ("large", 20 * MiB), ("odd", 28_490)];
        byte[] content = TestModel.Noise(6, tensors.Sum(tensor => tensor.Bytes));
        string path = Write("first", content, tensors);
        Import(path);
        Assert.Equal(ImportStatus.Unchanged, Import(path).Status);

        content[Math.Min(place, content.Length - 1)] ^= 0x20;
        string changed = Write("changed/first", content, tensors);

        Assert.Equal(StoreErrorCodes.ModelExists, Assert.Throws<StoreException>(() => Import(changed)).Code);
        Import(changed, "changed");
        AssertComesBack("changed", changed);
        AssertComesBack("first", path);
    }

    [Fact]
    public void Pieces_longer_than_the_buffers_of_an_export_come_back()
    {
        (string Name, int Bytes)[] tensors = [("long", (65 * MiB) + 1), ("longer than a buffer", (9 * MiB) + 3), ("short", 100_000)];
        string path = Write("tensors", TestModel.Noise(9, tensors.Sum(tensor => tensor.Bytes)), tensors);
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]))
        {
            ImportResult result = new ModelImporter(_store).Import(source, new ImportOptions { Name = "tensors", Granularity = Granularity.Tensor });
            Assert.Equal(4, result.NewAtoms);
        }

        AssertComesBack("tensors", path);
    }

    private string Write(string name, byte[] content, (string Name, int Bytes)[] tensors)
    {
        int end = 0;
        string header = "{" + string.Join(",", tensors.Select(tensor =>
            SafeTensorsBuilder.Tensor(tensor.Name, "U8", $"[{tensor.Bytes}]", end, end += tensor.Bytes))) + "}";
        return _folder.Write($"{name}.safetensors", SafeTensorsBuilder.File(header, content));
    }

    private ImportResult Import(string path, string? name = null)
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        return new ModelImporter(_store).Import(source, new ImportOptions { Name = name });
    }

    private void AssertComesBack(string model, string path)
    {
        string output = _folder.File($"out-{model}");
        new ModelExporter(_store).Export(model, output);
        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(output)));
    }
}
