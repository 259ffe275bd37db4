using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Quantization;

/// <summary>Blocks that ggml wrote, held against the values that ggml decoded them to.</summary>
public sealed class ReferenceTests
{
    /// <summary>The encodings in the reference file that this build decodes.</summary>
    public static TheoryData<TensorDtype> Dtypes
    {
        get
        {
            using ModelSource blocks = Open("quant-reference.gguf");
            using ModelSource values = Open("quant-reference.safetensors");
            return [.. blocks.Metadata.Tensors.Where(tensor => TensorDecoder.CanDecode(tensor.Dtype)
                && values.Metadata.Tensors.Any(other => other.Name == tensor.Name)).Select(tensor => tensor.Dtype)];
        }
    }

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void Values_are_those_of_ggml_bit_for_bit(TensorDtype dtype)
    {
        using ModelSource blocks = Open("quant-reference.gguf");
        using ModelSource values = Open("quant-reference.safetensors");
        TensorInfo tensor = blocks.Metadata.Tensors.First(candidate => candidate.Dtype == dtype);
        byte[] stored = Content(blocks, tensor);
        uint[] expected = new uint[tensor.Shape.ElementCount];
        Buffer.BlockCopy(Content(values, values.Metadata.Tensors.Single(other => other.Name == tensor.Name)), 0, expected, 0, 4 * expected.Length);
        foreach (VectorWidth width in DecodeSamples.Widths)
        {
            Assert.Equal(expected, DecodeSamples.Bits(DecodeSamples.Decode(dtype, stored, expected.Length, width)));
        }
    }

    private static ModelSource Open(string name) => ModelReader.Open(ModelReader.Locate(TestData.Local(Path.Combine("gguf", name)))[0]);

    private static byte[] Content(ModelSource source, TensorInfo tensor)
    {
        using ByteSource content = source.OpenTensor(tensor);
        byte[] bytes = new byte[content.Length];
        content.ReadExactly(0, bytes);
        return bytes;
    }
}
