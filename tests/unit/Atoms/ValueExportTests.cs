using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Numerics;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Atoms;

public sealed class ValueExportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_reference_model_of_every_block_type_gives_the_reference_file()
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(TestData.Local("gguf/quant-reference.gguf"))[0]);
        string output = _folder.File("x.safetensors");

        // The reference leaves out the integers, which decode to themselves.
        TensorInfo[] tensors =
        [
            .. source.Metadata.Tensors
                .Where(tensor => tensor.Dtype is not (TensorDtype.I8 or TensorDtype.I16 or TensorDtype.I32 or TensorDtype.I64)),
        ];
        new ValueExporter(ModelTensors.Of(source)).Export(tensors, output);
        Assert.Equal(File.ReadAllBytes(TestData.Local("gguf/quant-reference.safetensors")), File.ReadAllBytes(output));
    }

    [Fact]
    public void A_stored_model_gives_the_same_file_as_the_model_on_disk()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(_folder.File("store"));
        using ModelSource source = Sample();
        new ModelImporter(store).Import(source, new ImportOptions { Name = "m" });
        ModelTensors stored = ModelTensors.Of(store, store.FindModel("m")!);
        new ValueExporter(stored).Export(stored.Tensors, _folder.File("stored.safetensors"));
        new ValueExporter(ModelTensors.Of(source)).Export(source.Metadata.Tensors, _folder.File("file.safetensors"));
        Assert.Equal(File.ReadAllBytes(_folder.File("file.safetensors")), File.ReadAllBytes(_folder.File("stored.safetensors")));
    }

    [Fact]
    public void Scalars_and_empty_tensors_keep_their_shapes()
    {
        using ModelSource source = Sample();
        ValueExportResult result = new ValueExporter(ModelTensors.Of(source)).Export(source.Metadata.Tensors, _folder.File("x.safetensors"));
        Assert.Equal(ValueFileKind.SafeTensors, result.Kind);
        Assert.Equal(new FileInfo(result.Path).Length, result.SizeBytes);
        using ModelSource written = ModelReader.Open(ModelReader.Locate(result.Path)[0]);
        Assert.Equal(
            ["halves [2, 3]", "nothing [0, 4]", "one []"], written.Metadata.Tensors.Select(tensor => $"{tensor.Name} {tensor.Shape}"));
        Assert.All(written.Metadata.Tensors, tensor => Assert.Equal(TensorDtype.F32, tensor.Dtype));
        Assert.Equal(
            [1f, -2f, 0.5f, 65504f, 5.9604645E-08f, float.NegativeInfinity],
            TensorReading.Read(ModelTensors.Of(written), written.Metadata.Tensors[0]));
        Assert.Equal([1.5f], TensorReading.Read(ModelTensors.Of(written), written.Metadata.Tensors[2]));
    }

    [Fact]
    public void An_array_is_written_as_NumPy_writes_it()
    {
        using ModelSource source = Sample();
        new ValueExporter(ModelTensors.Of(source)).Export([source.Metadata.Tensors[0]], _folder.File("x.NPY"));
        byte[] expected =
        [
            0x93, .. "NUMPY"u8, 1, 0, 0x76, 0,
            .. Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(0x75) + "\n"),
            .. Values(1f, -2f, 0.5f, 65504f, 5.9604645E-08f, float.NegativeInfinity),
        ];
        Assert.Equal(expected, File.ReadAllBytes(_folder.File("x.NPY")));
    }

    [Fact]
    public void A_range_is_a_vector()
    {
        using ModelSource source = Sample();
        ValueExportOptions options = new() { Range = new ValueRange(-3, -1) };
        new ValueExporter(ModelTensors.Of(source)).Export([source.Metadata.Tensors[0]], _folder.File("x.npy"), options);
        byte[] written = File.ReadAllBytes(_folder.File("x.npy"));
        Assert.Contains("'shape': (2,), }", Encoding.ASCII.GetString(written), StringComparison.Ordinal);
        Assert.Equal(Values(65504f, 5.9604645E-08f), written[128..]);
    }

    [Theory]
    [InlineData("x.bin", 1, "VALUES_FILE_KIND")]
    [InlineData("x", 1, "VALUES_FILE_KIND")]
    [InlineData("x.npy", 3, "VALUES_SINGLE_TENSOR")]
    [InlineData("x.npy", 0, "VALUES_SINGLE_TENSOR")]
    [InlineData("taken.npy", 1, "OUTPUT_EXISTS")]
    [InlineData("folder.npy", 1, "OUTPUT_EXISTS")]
    public void What_cannot_be_written_is_refused_and_leaves_nothing(string name, int tensors, string code)
    {
        _folder.Write("taken.npy", [1]);
        Directory.CreateDirectory(_folder.File("folder.npy"));
        string[] before = Directory.GetFileSystemEntries(_folder.Root);
        using ModelSource source = Sample();
        StoreException error = Assert.Throws<StoreException>(() =>
            new ValueExporter(ModelTensors.Of(source)).Export([.. source.Metadata.Tensors.Take(tensors)], _folder.File(name)));
        Assert.Equal(code, error.Code);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_file_in_the_way_is_replaced_where_that_is_asked_for()
    {
        string path = _folder.Write("x.npy", [1]);
        using ModelSource source = Sample();
        new ValueExporter(ModelTensors.Of(source)).Export([source.Metadata.Tensors[2]], path, new ValueExportOptions { Overwrite = true });
        Assert.Equal(Values(1.5f), File.ReadAllBytes(path)[^4..]);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        TestModel model = new("m");
        model.Tensor("w", TensorDtype.F32, [1], Values(1f)).Tensor("w", TensorDtype.F32, [1], Values(2f));
        using ModelSource source = model.Open();
        StoreException error = Assert.Throws<StoreException>(() =>
            new ValueExporter(ModelTensors.Of(source)).Export(source.Metadata.Tensors, _folder.File("x.safetensors")));
        Assert.Equal("VALUES_NAME", error.Code);
    }

    [Fact]
    public void An_export_that_fails_or_is_cancelled_leaves_nothing_behind_and_the_old_file_as_it_was()
    {
        string path = _folder.Write("x.safetensors", [1, 2, 3]);
        TestModel model = new("m");
        model.Tensor("w", TensorDtype.F32, [1], Values(1f)).Tensor("short", TensorDtype.F32, [2], Values(2f));
        using ModelSource source = model.Open();
        ValueExporter exporter = new(ModelTensors.Of(source));
        ValueExportOptions overwrite = new() { Overwrite = true };
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => exporter.Export(source.Metadata.Tensors, path, overwrite));
        Assert.Equal("DECODE_TRUNCATED", error.Code);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => exporter.Export([source.Metadata.Tensors[0]], path, overwrite, cancellation: cancelled.Token));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Root));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(0, 2_500_001)]
    [InlineData(1, 2_500_000)]
    [InlineData(1_048_575, 1_048_577)]
    [InlineData(1_048_576, 2_097_152)]
    [InlineData(2_500_000, 2_500_001)]
    [InlineData(5, 5)]
    public void Ranges_of_a_large_tensor_are_put_together_from_its_chunks(long start, long end)
    {
        float[] all = ValueStatisticsTests.Hashed(2_500_001);
        using ModelSource source = new TestModel("m").Tensor("w", TensorDtype.F32, [2_500_001], MemoryMarshal.AsBytes(all.AsSpan())).Open();
        float[] read = TensorReading.Read(ModelTensors.Of(source), source.Metadata.Tensors[0], new ValueRange(start, end));
        Assert.Equal(all[(int)start..(int)end], read);
        string path = _folder.File("x.npy");
        new ValueExporter(ModelTensors.Of(source)).Export(
            source.Metadata.Tensors, path, new ValueExportOptions { Range = new ValueRange(start, end) });
        Assert.Equal(MemoryMarshal.AsBytes(read.AsSpan()), File.ReadAllBytes(path).AsSpan(128));
    }

    [Theory]
    [InlineData(TensorDtype.Q4_K)]
    [InlineData(TensorDtype.Q8_0)]
    [InlineData(TensorDtype.IQ2_XXS)]
    public void Ranges_that_cut_blocks_give_what_the_whole_gives(TensorDtype dtype)
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(TestData.Local("gguf/quant-reference.gguf"))[0]);
        TensorInfo tensor = source.Metadata.Tensors.Single(candidate => candidate.Dtype == dtype);
        ModelTensors model = ModelTensors.Of(source);
        float[] whole = TensorReading.Read(model, tensor);
        foreach ((int start, int end) in new[] { (0, 1), (31, 33), (255, 257), (300, 6144), (6143, 6144), (1, 6143) })
        {
            Assert.Equal(whole[start..end], TensorReading.Read(model, tensor, new ValueRange(start, end)));
        }
    }

    [Fact]
    public void Statistics_of_a_tensor_are_those_of_its_values_to_the_last_bit()
    {
        float[] values = ValueStatisticsTests.Hashed(2_500_001);
        using ModelSource source = new TestModel("m").Tensor("w", TensorDtype.F32, [2_500_001], MemoryMarshal.AsBytes(values.AsSpan())).Open();
        ValueStatistics ofTensor = TensorMeasurer.Measure(ModelTensors.Of(source), source.Metadata.Tensors[0]);
        ValueStatistics ofValues = ValueStatistics.Of(values);
        Assert.Equal(ofValues.Histogram!.Counts, ofTensor.Histogram!.Counts);
        Assert.Equal(ofValues with { Histogram = null }, ofTensor with { Histogram = null });
    }

    [Theory]
    [InlineData(":", 10, 0, 10)]
    [InlineData("2:5", 10, 2, 3)]
    [InlineData(":3", 10, 0, 3)]
    [InlineData("7:", 10, 7, 3)]
    [InlineData("-3:", 10, 7, 3)]
    [InlineData(":-3", 10, 0, 7)]
    [InlineData("-100:100", 10, 0, 10)]
    [InlineData("5:2", 10, 5, 0)]
    [InlineData("20:30", 10, 10, 0)]
    [InlineData("-9223372036854775808:9223372036854775807", 10, 0, 10)]
    [InlineData("0:1", 0, 0, 0)]
    public void A_range_is_what_Python_slices(string text, long count, long start, long length)
    {
        Assert.True(ValueRange.TryParse(text, out ValueRange range));
        Assert.Equal((start, length), range.Resolve(count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("1:2:3")]
    [InlineData("a:b")]
    [InlineData("1.5:2")]
    [InlineData("9223372036854775808:")]
    public void What_is_no_range_is_refused(string text) => Assert.False(ValueRange.TryParse(text, out _));

    /// <summary>Six halves, no values in a shape of two dimensions, and a scalar.</summary>
    private static ModelSource Sample()
    {
        byte[] halves = [0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38, 0xFF, 0x7B, 0x01, 0x00, 0x00, 0xFC];
        return new TestModel("m")
            .Tensor("halves", TensorDtype.F16, [2, 3], halves)
            .Tensor("nothing", TensorDtype.F32, [0, 4], [])
            .Tensor("one", TensorDtype.F32, [], Values(1.5f))
            .Open();
    }

    private static byte[] Values(params float[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        }

        return bytes;
    }
}
