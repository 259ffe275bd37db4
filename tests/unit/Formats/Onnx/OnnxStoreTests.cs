using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>ONNX models in the store: every kind of tensor goes in, and every file comes out bit for bit.</summary>
public sealed class OnnxStoreTests
{
    [Fact]
    public void A_model_with_external_typed_and_odd_packed_tensors_comes_back_bit_for_bit()
    {
        using TempFolder folder = new();
        byte[] weights = TestModel.Noise(1, 300_000);
        byte[] model = OnnxFiles.Model(graph => graph
            .Message(5, tensor => tensor.Tensor("a", 2, 300_000).External("location", "data/w.bin").Varint(14, 1))
            .Message(5, tensor => tensor.Tensor("tied", 2, 300_000).External("location", "data/w.bin").Varint(14, 1))
            .Message(5, tensor => tensor.Tensor("half", 10, 2).Packed(5, 0x3C00, 0xC000))
            .Message(5, tensor => tensor.Raw("int4", 22, [3], 0x21, 0x03))
            .Message(5, tensor => tensor.Raw("uint2", 25, [1, 5], 0xE4, 0x01))
            .Initializer("empty"));
        folder.Write("m/net.onnx", model);
        folder.Write("m/data/w.bin", weights);
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(folder.File("store"));
        using (ModelSource source = OnnxFiles.Open(folder.File("m/net.onnx")))
        {
            ImportResult result = new ModelImporter(store).Import(source, new ImportOptions());
            Assert.Equal((6L, model.Length + 300_000L), (result.Tensors, result.SizeBytes));
            Assert.InRange(result.NewBytes, 300_000, 302_000);
        }

        VerifyReport report = new StoreVerifier(store).Verify(full: true);
        Assert.Equal([], report.Findings);
        new ModelExporter(store).Export("net", folder.File("out"));
        Assert.Equal(model, File.ReadAllBytes(folder.File("out/net.onnx")));
        Assert.Equal(weights, File.ReadAllBytes(folder.File("out/data/w.bin")));
    }
}
