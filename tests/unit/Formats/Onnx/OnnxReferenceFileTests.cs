using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Models written by others, against what the onnx library read from them.</summary>
public sealed class OnnxReferenceFileTests
{
    private static readonly Dictionary<string, TensorDtype> Dtypes = new()
    {
        ["FLOAT"] = TensorDtype.F32,
        ["UINT8"] = TensorDtype.U8,
        ["INT8"] = TensorDtype.I8,
        ["UINT16"] = TensorDtype.U16,
        ["INT16"] = TensorDtype.I16,
        ["INT32"] = TensorDtype.I32,
        ["INT64"] = TensorDtype.I64,
        ["BOOL"] = TensorDtype.BOOL,
        ["FLOAT16"] = TensorDtype.F16,
        ["DOUBLE"] = TensorDtype.F64,
        ["UINT32"] = TensorDtype.U32,
        ["UINT64"] = TensorDtype.U64,
        ["COMPLEX64"] = TensorDtype.C64,
        ["BFLOAT16"] = TensorDtype.BF16,
    };

    [Theory]
    [InlineData("onnx/types.onnx", 21)]
    [InlineData("onnx/external.onnx", 3)]
    public void The_tensors_are_those_the_onnx_library_reads(string file, int count) => Compare(TestData.Local(string.Empty), file, count);

    [ReferenceDataTheory]
    [InlineData("generated", "onnx/types.onnx", 21)]
    [InlineData("generated", "onnx/external.onnx", 3)]
    [InlineData("public", "onnx/light_resnet50.onnx", 269)]
    [InlineData("public", "onnx/light_shufflenet.onnx", 281)]
    [InlineData("public", "onnx/ppocr_mobile_v2_cls.onnx", 250)]
    [InlineData("public", "onnx/silero_vad_16k_op15.onnx", 175)]
    [InlineData("public", "onnx/silero_vad_half.onnx", 170)]
    public void The_tensors_of_real_models_are_those_the_onnx_library_reads(string folder, string file, int count) =>
        Compare(TestData.Reference(folder), file, count);

    [Fact]
    public void The_metadata_of_the_types_file_are_read()
    {
        using ModelSource model = OnnxFiles.Open(TestData.Local("onnx/types.onnx"));
        ModelMetadata metadata = model.Metadata;
        Assert.Equal((ModelFormat.Onnx, "ONNX IR 8, opset 13"), (metadata.Format, metadata.Variant));
        Assert.Equal("reference", metadata.Metadata["producer_name"].ToString());
        Assert.Equal("reference", metadata.Metadata["metadata_props.author"].ToString());
        Assert.Equal(13L, metadata.Metadata["opset_import.ai.onnx"].Scalar);
        Assert.Contains(metadata.Warnings, warning => warning.StartsWith("1 tensors of texts", StringComparison.Ordinal));
    }

    [Fact]
    public void External_data_are_one_of_the_model_s_files()
    {
        string path = TestData.Local("onnx/external.onnx");
        ModelLocation location = ModelReader.Locate(path).Single();
        Assert.Equal(("external", ModelFormat.Onnx), (location.Name, location.Format));
        Assert.Equal(["external.onnx", "external.onnx.data"], location.WeightFiles);
        Assert.Empty(location.Warnings);
        using ModelSource model = ModelReader.Open(location);
        Assert.Equal(["external.onnx", "external.onnx.data"], model.Files.Select(file => file.Path));
        TensorInfo tensor = model.Metadata.Tensors.Single(tensor => tensor.Name == "ext_b");
        Assert.Equal(("external.onnx.data", 8192L, true), (tensor.File, tensor.Offset, tensor.IsContiguous));
    }

    [ReferenceDataFact]
    public void The_architecture_is_the_graph_s_name_unless_every_graph_is_called_so()
    {
        using ModelSource resnet = OnnxFiles.Open(TestData.Reference("public/onnx/light_resnet50.onnx"));
        Assert.Equal("resnet50", resnet.Metadata.Architecture);
        using ModelSource silero = OnnxFiles.Open(TestData.Reference("public/onnx/silero_vad_half.onnx"));
        Assert.Null(silero.Metadata.Architecture);
    }

    private static void Compare(string root, string file, int count)
    {
        string list = Path.Combine(root, "onnx/expected.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(File.Exists(list) ? list : Path.Combine(root, "expected.json")));
        using ModelSource model = OnnxFiles.Open(Path.Combine(root, file));
        List<string> expected = [];
        foreach (JsonElement tensor in document.RootElement.GetProperty(file).GetProperty("tensors").EnumerateArray())
        {
            string name = tensor.GetProperty("name").GetString()!;
            string full = tensor.TryGetProperty("graph", out JsonElement graph) ? $"{graph.GetString()}/{name}" : name;
            long[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())];
            TensorDtype dtype = Dtypes[tensor.GetProperty("dtype").GetString()!];
            long size = tensor.GetProperty("bytes").GetInt64();
            expected.Add($"{full} {dtype} {new TensorShape(shape)} {size} {tensor.GetProperty("sha256").GetString()}");
        }

        Assert.Equal(count, expected.Count);
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            model.Metadata.Tensors
                .Select(tensor => (Tensor: tensor, Hash: ContentHash.Of(OnnxFiles.Content(model, tensor))))
                .Select(read => $"{read.Tensor.Name} {read.Tensor.Dtype} {read.Tensor.Shape} {read.Tensor.SizeBytes} {read.Hash}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count, model.Metadata.Tensors.Select(tensor => tensor.Name).Distinct().Count());
    }
}
