using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.PyTorch;

/// <summary>Files that PyTorch wrote, with what PyTorch itself reads from them.</summary>
public class PyTorchReferenceFileTests
{
    private static readonly Dictionary<string, TensorDtype> Dtypes = new()
    {
        ["float16"] = TensorDtype.F16,
        ["float32"] = TensorDtype.F32,
        ["float64"] = TensorDtype.F64,
        ["bfloat16"] = TensorDtype.BF16,
        ["int8"] = TensorDtype.I8,
        ["uint8"] = TensorDtype.U8,
        ["int16"] = TensorDtype.I16,
        ["int32"] = TensorDtype.I32,
        ["int64"] = TensorDtype.I64,
        ["bool"] = TensorDtype.BOOL,
    };

    public static TheoryData<string> Generated =>
        ["checkpoint.ckpt", "convnet.pt", "convnet_script.pt", "state_dict.pt", "state_dict_legacy.pth"];

    [Theory]
    [MemberData(nameof(Generated))]
    public void Every_tensor_is_as_PyTorch_reads_it(string file)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(TestData.Local("pytorch/expected.json")));
        Check(TestData.Local($"pytorch/{file}"), expected.RootElement.GetProperty(file), true);
    }

    [ReferenceDataTheory]
    [InlineData("lpips_v00_alex.pth")]
    [InlineData("lpips_v01_alex.pth")]
    [InlineData("mtcnn_pnet.pt")]
    [InlineData("mtcnn_rnet.pt")]
    [InlineData("silero_vad.jit")]
    public void Every_tensor_of_a_public_model_is_as_PyTorch_reads_it(string file)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(TestData.Reference("public/expected.json")));
        Check(TestData.Reference($"public/pytorch/{file}"), expected.RootElement.GetProperty($"pytorch/{file}"), file != "silero_vad.jit");
    }

    [ReferenceDataFact]
    public void What_a_script_holds_besides_its_parameters_is_found_as_well()
    {
        using ModelSource model = PyTorchFiles.Open(TestData.Reference("public/pytorch/silero_vad.jit"));
        Assert.Equal("TorchScript", model.Metadata.Variant);
        Assert.Contains(model.Metadata.Tensors, tensor => tensor.Name == "_state" && tensor.Shape == new TensorShape(0));
        Assert.Contains(model.Metadata.Tensors, tensor => tensor.Name == "CONSTANTS.c0");
        Assert.Equal("little", model.Metadata.Metadata["pytorch.byteorder"].Scalar);
    }

    [Fact]
    public void Tensors_lie_in_the_file_where_they_can()
    {
        byte[] bytes = File.ReadAllBytes(TestData.Local("pytorch/state_dict.pt"));
        using ModelSource model = PyTorchFiles.Open(TestData.Local("pytorch/state_dict.pt"));
        foreach (TensorInfo tensor in model.Metadata.Tensors)
        {
            Assert.Equal(tensor.Name is not ("proj.weight_t" or "proj.slice"), tensor.IsContiguous);
            if (tensor.IsContiguous)
            {
                Assert.Equal(bytes.AsSpan((int)tensor.Offset, (int)tensor.SizeBytes).ToArray(), PyTorchFiles.Content(model, tensor));
            }
        }

        Assert.Equal(PyTorchFiles.Tensor(model, "embed.weight").Offset, PyTorchFiles.Tensor(model, "tied.weight").Offset);
    }

    [Fact]
    public void The_metadata_tell_of_the_file_and_of_the_training()
    {
        using ModelSource checkpoint = PyTorchFiles.Open(TestData.Local("pytorch/checkpoint.ckpt"));
        Assert.Equal("zip", checkpoint.Metadata.Variant);
        Assert.Equal(3L, checkpoint.Metadata.Metadata["pytorch.version"].Scalar);
        Assert.Equal(2L, checkpoint.Metadata.Metadata["pytorch.pickle_protocol"].Scalar);
        Assert.Equal(false, checkpoint.Metadata.Metadata["pytorch.torchscript"].Scalar);
        using ModelSource legacy = PyTorchFiles.Open(TestData.Local("pytorch/state_dict_legacy.pth"));
        Assert.Equal("legacy", legacy.Metadata.Variant);
        Assert.Equal("little", legacy.Metadata.Metadata["pytorch.byteorder"].Scalar);
        using ModelSource script = PyTorchFiles.Open(TestData.Local("pytorch/convnet_script.pt"));
        Assert.Equal("TorchScript", script.Metadata.Variant);
        Assert.Contains(script.Metadata.Warnings, warning => warning.Contains("code", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Generated))]
    public void Files_are_known_by_their_content_whatever_they_are_called(string file)
    {
        using TempFolder folder = new();
        File.Copy(TestData.Local($"pytorch/{file}"), folder.File("weights.xyz"));
        FormatDetection detection = FormatRegistry.Detect(folder.File("weights.xyz"));
        Assert.Equal(ModelFormat.PyTorch, detection.Format!.Format);
        Assert.True(detection.IsCertain);
        ModelLocation location = Assert.Single(ModelReader.Locate(folder.File("weights.xyz")));
        Assert.Single(location.Warnings);
        using ModelSource model = ModelReader.Open(location);
        Assert.NotEmpty(model.Metadata.Tensors);
    }

    private static void Check(string path, JsonElement expected, bool isAll)
    {
        using ModelSource model = PyTorchFiles.Open(path);
        int count = 0;
        foreach (JsonElement entry in expected.GetProperty("tensors").EnumerateArray())
        {
            count++;
            TensorInfo tensor = PyTorchFiles.Tensor(model, entry.GetProperty("name").GetString()!);
            Assert.Equal(Dtypes[entry.GetProperty("dtype").GetString()!], tensor.Dtype);
            Assert.Equal(new TensorShape([.. entry.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())]), tensor.Shape);
            Assert.Equal(entry.GetProperty("bytes").GetInt64(), tensor.SizeBytes);
            Assert.Equal(entry.GetProperty("sha256").GetString(), ContentHash.Of(PyTorchFiles.Content(model, tensor)).ToString());
        }

        Assert.True(count > 0);
        Assert.True(!isAll || count == model.Metadata.Tensors.Count);
    }
}
