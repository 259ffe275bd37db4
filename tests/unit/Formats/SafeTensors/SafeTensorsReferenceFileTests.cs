using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>Files of other writers against what their own libraries say of them.</summary>
public class SafeTensorsReferenceFileTests
{
    [ReferenceDataTheory]
    [InlineData("public", "safetensors/silero_vad_16k.safetensors", 15)]
    [InlineData("generated", "gguf/quant-reference.safetensors", 29)]
    public void A_reference_file_is_read_as_its_own_library_reads_it(string set, string file, int count)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(TestData.Reference($"{set}/expected.json")));
        using ModelSource source = SafeTensorsTest.Open(TestData.Reference($"{set}/{file}"));
        JsonElement[] tensors = [.. expected.RootElement.GetProperty(file).GetProperty("tensors").EnumerateArray()];
        Assert.Equal(count, tensors.Length);
        Assert.Equal(tensors.Select(Expected), source.Metadata.Tensors.Select(tensor => Found(source, tensor)));
    }

    [Fact]
    public void The_decoded_quantization_samples_are_read()
    {
        using ModelSource source = SafeTensorsTest.Open(TestData.Local("gguf/quant-reference.safetensors"));
        Assert.Equal(29, source.Metadata.Tensors.Count);
        Assert.Equal("quant-reference", source.Location.Name);
        Assert.Equal(29 * 6 * 1024, source.Metadata.ParameterCount);

        // From python: hashlib.sha256 of the 24,576 bytes behind the header.
        Assert.Equal(
            "blk.0.weight.f32 F32 [6, 1024] 24576 e154f6ab78fe1c4bb1ee3b199072fac9db768e910c7a2c5a018397a6fb7b2e57",
            Found(source, source.Metadata.Tensors[0]));
    }

    [Fact]
    public void Opening_reads_the_header_and_nothing_behind_it()
    {
        string path = TestData.Local("gguf/quant-reference.safetensors");
        using ModelSource source = SafeTensorsTest.Open(path);
        FileByteSource file = Assert.IsType<FileByteSource>(Assert.Single(source.Files).Bytes);
        Assert.Equal(8 + 2464, file.BytesRead); // the length that the file's first bytes give, read with python
    }

    private static string Expected(JsonElement tensor) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tensor.GetProperty("name")} {tensor.GetProperty("dtype")} [{string.Join(", ", tensor.GetProperty("shape").EnumerateArray())}] " +
        $"{tensor.GetProperty("bytes")} {tensor.GetProperty("sha256")}");

    private static string Found(ModelSource source, TensorInfo tensor) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tensor.Name} {tensor.Dtype} {tensor.Shape} {tensor.SizeBytes} {ContentHash.Of(SafeTensorsTest.Content(source, tensor.Name))}");
}
