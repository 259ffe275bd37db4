using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>What an opened model keeps in memory. Measured over the whole process, and so while no other test runs.</summary>
[Collection(nameof(OnnxMemoryTests))]
[CollectionDefinition(nameof(OnnxMemoryTests), DisableParallelization = true)]
public sealed class OnnxMemoryTests(ITestOutputHelper output)
{
    private const long Margin = 64L * 1024 * 1024;

    [Fact]
    public void A_model_of_very_many_tensors_keeps_no_more_than_64_MiB_beside_its_file()
    {
        const int Tensors = 130_000;
        byte[] file = OnnxFiles.Model(graph =>
        {
            for (int i = 0; i < Tensors; i++)
            {
                graph.Message(5, tensor => tensor.Raw($"layer.{i}.weight", 2, [1], 1));
            }
        });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using ModelSource model = OnnxFiles.Open(file);
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{kept / Tensors} bytes a tensor");
        Assert.Equal(Tensors, model.Metadata.Tensors.Count);
        Assert.InRange(kept, Tensors, Margin);
        GC.KeepAlive(file);
    }
}
