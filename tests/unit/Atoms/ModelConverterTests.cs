using System.Runtime.InteropServices;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Atoms;

public sealed class ModelConverterTests : IDisposable
{
    private const uint GgufF32 = 0;
    private const uint GgufU32 = 4;

    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public ModelConverterTests() => _store = EmbeddedStore.OpenOrCreate(Path.Combine(_folder.Root, "store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Floats_become_the_encoding_and_whole_numbers_stay_in_SafeTensors()
    {
        // 1, -2, 0.5 and 65504 in binary32, 3 as a 64-bit integer.
        byte[] data = [.. Floats(1f, -2f, 0.5f, 65504f), 3, 0, 0, 0, 0, 0, 0, 0];
        Import("m", SafeTensorsBuilder.File(
            "{\"__metadata__\":{\"format\":\"pt\"},"
            + SafeTensorsBuilder.Tensor("w", "F32", "[2,2]", 0, 16) + "," + SafeTensorsBuilder.Tensor("n", "I64", "[]", 16, 24) + "}", data));

        ConversionResult result = new ModelConverter(_store).Convert("m", TensorDtype.F16, _folder.File("x.safetensors"));

        byte[] expected = SafeTensorsBuilder.File(
            ("{\"__metadata__\":{\"format\":\"pt\",\"hartonomous.converted_from\":\"m\",\"hartonomous.converted_to\":\"F16\"},"
                + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[8,16]}}").PadRight(208),
            (byte[])[3, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38, 0xFF, 0x7B]);
        byte[] written = File.ReadAllBytes(result.File.Path);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(expected[8..^16]), System.Text.Encoding.UTF8.GetString(written[8..^16]));
        Assert.Equal(expected, written);
        Assert.Equal((ModelFormat.SafeTensors, expected.Length, ContentHash.Of(expected)), (result.Format, result.File.SizeBytes, result.File.Sha256));
        Assert.Equal([("n", TensorDtype.I64, TensorDtype.I64), ("w", TensorDtype.F32, TensorDtype.F16)], result.Tensors);
    }

    [Fact]
    public void Matrices_of_whole_blocks_are_quantized_and_the_rest_is_F32_in_GGUF()
    {
        // Whole numbers with the largest magnitude 127: a scale of 1, and the numbers themselves.
        float[] matrix = [.. Enumerable.Range(0, 64).Select(i => i % 32 == 0 ? -127f : i)];
        float[] odd = [.. Enumerable.Range(0, 62).Select(i => i / 4f)];
        float[] norm = [.. Enumerable.Range(0, 32).Select(i => i + 0.25f)];
        Import("m", SafeTensorsBuilder.File(
            "{" + SafeTensorsBuilder.Tensor("w", "F32", "[2,32]", 0, 256) + "," + SafeTensorsBuilder.Tensor("odd", "F32", "[2,31]", 256, 504)
            + "," + SafeTensorsBuilder.Tensor("norm", "F32", "[32]", 504, 632) + "}",
            [.. Floats(matrix), .. Floats(odd), .. Floats(norm)]));

        ConversionResult result = new ModelConverter(_store).Convert("m", TensorDtype.Q8_0, _folder.File("x.gguf"));

        byte[] blocks =
        [
            0x00, 0x3C, 0x81, .. Enumerable.Range(1, 31).Select(i => (byte)i),
            0x00, 0x3C, 0x81, .. Enumerable.Range(33, 31).Select(i => (byte)i),
        ];
        byte[] expected = new GgufBuilder()
            .Text("general.architecture", "unknown").Text("general.name", "m").U32("general.file_type", 7).U32("general.quantization_version", 2)
            .Text("hartonomous.converted_from", "m").Text("hartonomous.converted_to", "Q8_0")
            .Add("w", 8, [32, 2], blocks).Add("odd", GgufF32, [31, 2], Floats(odd)).Add("norm", GgufF32, [32], Floats(norm))
            .Build();
        Assert.Equal(expected, File.ReadAllBytes(result.File.Path));
        Assert.Equal(ContentHash.Of(expected), result.File.Sha256);
    }

    [Fact]
    public void Four_bits_are_those_of_ggml()
    {
        // The largest magnitude is -8: a scale of 1, and each number plus 8 in four bits, the first half of a block in the lower ones.
        float[] matrix = [.. Enumerable.Range(0, 64).Select(i => (i % 16) - 8f)];
        Import("m", SafeTensorsBuilder.File("{" + SafeTensorsBuilder.Tensor("w", "F32", "[2,32]", 0, 256) + "}", Floats(matrix)));
        using ModelSource written = Open(new ModelConverter(_store).Convert("m", TensorDtype.Q4_0, _folder.File("x.gguf")));
        byte[] block = [0x00, 0x3C, .. Enumerable.Range(0, 16).Select(i => (byte)(i * 0x11))];
        Assert.Equal([.. block, .. block], Content(written, "w"));
        Assert.Equal(2L, written.Metadata.Metadata["general.file_type"].Scalar);
    }

    [Fact]
    public void The_metadata_of_a_GGUF_model_are_kept_in_a_GGUF_file()
    {
        GgufBuilder With(GgufBuilder builder, params (string Key, uint Value)[] types)
        {
            builder.Text("general.architecture", "llama");
            Array.ForEach(types, type => builder.U32(type.Key, type.Value));
            return builder.U32("general.alignment", 64)
                .Array("tokenizer.ggml.tokens", GgufU32, 5000, items => Enumerable.Range(0, 5000).ToList().ForEach(i => items.U32((uint)i)));
        }

        float[] values = [.. Enumerable.Range(0, 32).Select(i => (float)i)];
        Import("m", With(new GgufBuilder { Alignment = 64 }, ("general.file_type", 1), ("general.quantization_version", 1))
            .Add("w", GgufF32, [32, 1], Floats(values)).Build(), "m.gguf");

        ConversionResult first = new ModelConverter(_store).Convert("m", TensorDtype.BF16, _folder.File("x.gguf"));

        byte[] Expected(string from) => With(new GgufBuilder { Alignment = 64 })
            .U32("general.file_type", 32).U32("general.quantization_version", 2).Text("hartonomous.converted_from", from).Text("hartonomous.converted_to", "BF16")
            .Add("w", 30, [32, 1], [.. values.SelectMany(value => BitConverter.GetBytes(value)[2..])]).Build();
        Assert.Equal(Expected("m"), File.ReadAllBytes(first.File.Path));

        // Converted again, it names what it was converted from last.
        Import("again", File.ReadAllBytes(first.File.Path), "again.gguf");
        Assert.Equal(Expected("again"), File.ReadAllBytes(new ModelConverter(_store).Convert("again", TensorDtype.BF16, _folder.File("y.gguf")).File.Path));
    }

    [Fact]
    public void Every_block_type_becomes_the_values_of_the_reference_file()
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(TestData.Local("gguf/quant-reference.gguf"))[0]);
        new ModelImporter(_store).Import(source, new ImportOptions { Name = "m" });
        using ModelSource written = Open(new ModelConverter(_store).Convert("m", TensorDtype.F32, _folder.File("x.safetensors")));
        using ModelSource reference = ModelReader.Open(ModelReader.Locate(TestData.Local("gguf/quant-reference.safetensors"))[0]);
        Assert.Equal(29, reference.Metadata.Tensors.Count);
        Assert.All(reference.Metadata.Tensors, tensor => Assert.Equal(Content(reference, tensor.Name), Content(written, tensor.Name)));
        Assert.Equal(
            source.Metadata.Metadata["general.architecture"].Scalar, written.Metadata.Metadata["general.architecture"].Scalar);
    }

    [Fact]
    public void The_name_of_the_file_says_what_it_becomes_and_a_folder_gets_the_models_name()
    {
        Import("a/b", SafeTensorsBuilder.File("{" + SafeTensorsBuilder.Tensor("w", "F32", "[1,1]", 0, 4) + "}", Floats(1f)));
        ModelConverter converter = new(_store);
        Assert.Equal(ModelFormat.Gguf, converter.Convert("a/b", TensorDtype.F16, _folder.File("x.GGUF")).Format);
        Assert.Equal(ModelFormat.SafeTensors, converter.Convert("a/b", TensorDtype.F16, _folder.File("x.bin")).Format);
        Assert.Equal(ModelFormat.Gguf, converter.Convert("a/b", TensorDtype.Q4_0, _folder.File("y.bin")).Format);
        string folder = Directory.CreateDirectory(_folder.File("out")).FullName;
        Assert.Equal(Path.Combine(folder, "a_b.safetensors"), converter.Convert("a/b", TensorDtype.BF16, folder).File.Path);
        Assert.Equal(Path.Combine(folder, "a_b.gguf"), converter.Convert("a/b", TensorDtype.Q8_0, folder).File.Path);
    }

    [Theory]
    [InlineData("F32", "[1,1]", 1f, "F64", "x.gguf", "CONVERT_DTYPE")]
    [InlineData("F32", "[1,1]", 1f, "Q8_0", "x.safetensors", "CONVERT_FILE_KIND")]
    [InlineData("U32", "[1,1]", 1f, "F16", "x.gguf", "CONVERT_TENSOR")]
    [InlineData("F32", "[1,1,1,1,1]", 1f, "F16", "x.gguf", "CONVERT_TENSOR")]
    [InlineData("F32", "[1,1]", 65520f, "F16", "x.safetensors", "CONVERT_VALUE")]
    [InlineData("F32", "[1,1]", float.MaxValue, "BF16", "x.safetensors", "CONVERT_VALUE")]
    [InlineData("F32", "[1,1]", 1f, "F16", "taken.gguf", "OUTPUT_EXISTS")]
    public void What_cannot_be_converted_is_refused_and_leaves_nothing(
        string stored, string shape, float value, string dtype, string name, string code)
    {
        Import("m", SafeTensorsBuilder.File("{" + SafeTensorsBuilder.Tensor("w", stored, shape, 0, 4) + "}", Floats(value)));
        _folder.Write("taken.gguf", [1]);
        string[] before = Directory.GetFileSystemEntries(_folder.Root);
        StoreException error = Assert.Throws<StoreException>(() =>
            new ModelConverter(_store).Convert("m", Enum.Parse<TensorDtype>(dtype), _folder.File(name)));
        Assert.Equal(code, error.Code);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Root));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(8_400_000f)]
    public void Blocks_hold_no_values_beyond_their_scale(float value)
    {
        float[] matrix = new float[32];
        matrix[7] = value;
        Import("m", SafeTensorsBuilder.File("{" + SafeTensorsBuilder.Tensor("w", "F32", "[1,32]", 0, 128) + "}", Floats(matrix)));
        StoreException error = Assert.Throws<StoreException>(() => new ModelConverter(_store).Convert("m", TensorDtype.Q8_0, _folder.File("x.gguf")));
        Assert.Equal("CONVERT_VALUE", error.Code);
        Assert.Contains("the value 7 of the tensor 'w'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_metadata_of_a_big_endian_GGUF_file_are_refused()
    {
        Import("m", new GgufBuilder { BigEndian = true }.Text("general.architecture", "llama").Add("w", GgufF32, [1], [0, 0, 0, 0]).Build(), "m.gguf");
        StoreException error = Assert.Throws<StoreException>(() => new ModelConverter(_store).Convert("m", TensorDtype.F16, _folder.File("x.gguf")));
        Assert.Equal("CONVERT_METADATA", error.Code);
        Assert.Equal(ModelFormat.SafeTensors, new ModelConverter(_store).Convert("m", TensorDtype.F16, _folder.File("x.safetensors")).Format);
    }

    private static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static ModelSource Open(ConversionResult result) => ModelReader.Open(ModelReader.Locate(result.File.Path)[0]);

    private static byte[] Content(ModelSource source, string name)
    {
        using ByteSource content = source.OpenTensor(source.Metadata.Tensors.Single(tensor => tensor.Name == name));
        byte[] bytes = new byte[content.Length];
        content.ReadExactly(0, bytes);
        return bytes;
    }

    private void Import(string name, byte[] file, string path = "m.safetensors")
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(_folder.Write("source/" + path, file))[0]);
        new ModelImporter(_store).Import(source, new ImportOptions { Name = name });
    }
}
