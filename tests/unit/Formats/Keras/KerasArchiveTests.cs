using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Keras;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Keras;

/// <summary>Archives of Keras 3: where the tensors lie, what the configuration says, what is refused.</summary>
public class KerasArchiveTests
{
    // ZIP64: 5 GiB of content in 9 bytes.
    private static byte[] FiveGibibytes => [1, 0, 16, 0, 0, 0, 0, 0x40, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Weights => KerasFiles.Vector("small.weights.h5");

    [Fact]
    public void Tensors_of_a_stored_member_lie_in_the_archive_itself()
    {
        byte[] file = KerasFiles.Vector("small.keras");
        using ModelSource model = KerasFiles.Open(file);
        Assert.Equal("Keras archive", model.Metadata.Variant);
        Assert.Equal("Sequential/sequential_7", model.Metadata.Architecture);
        Assert.Equal("3.3.3", model.Metadata.Metadata["keras_version"].Scalar);
        Assert.Empty(model.Metadata.Warnings);
        TensorInfo[] contiguous = [.. model.Metadata.Tensors.Where(tensor => tensor.IsContiguous)];
        Assert.Equal(5, contiguous.Length);
        Assert.All(
            contiguous,
            tensor => Assert.Equal(KerasFiles.Content(model, tensor), file[(int)tensor.Offset..(int)(tensor.Offset + tensor.SizeBytes)]));
    }

    [Fact]
    public void Tensors_of_a_deflated_member_are_the_same_and_lie_nowhere()
    {
        byte[] file = new ZipBuilder().Add("config.json", Config("{}"), true).Add("model.weights.h5", Weights, true).Build();
        using ModelSource model = KerasFiles.Open(file);
        KerasFiles.AssertExpected(model, KerasFiles.Expected["small.keras"]);
        Assert.All(model.Metadata.Tensors, tensor => Assert.False(tensor.IsContiguous));
    }

    [Fact]
    public void Weights_alone_are_known_as_those_of_Keras_3()
    {
        using ModelSource model = KerasFiles.Open(Weights);
        Assert.Equal("Keras weights", model.Metadata.Variant);
        Assert.Null(model.Metadata.Architecture);
    }

    [Fact]
    public void Lambda_layers_and_foreign_modules_earn_a_warning()
    {
        byte[] config = Config("""{"name":"m","layers":[{"class_name":"Lambda","config":{}},{"module":"os","class_name":"system"}]}""");
        byte[] file = new ZipBuilder().Add("config.json", config).Add("model.weights.h5", Weights).Build();
        using ModelSource model = KerasFiles.Open(file);
        Assert.Equal(2, model.Metadata.Warnings.Count);
        Assert.StartsWith("1 Lambda layers hold Python code", model.Metadata.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("'os'", model.Metadata.Warnings[1], StringComparison.Ordinal);
        using ModelSource legacy = KerasFiles.Open(KerasFiles.Vector("attributes.h5"));
        Assert.Equal("Keras HDF5", legacy.Metadata.Variant);
        Assert.Equal("Functional/tiny", legacy.Metadata.Architecture);
        Assert.Equal(2, legacy.Metadata.Warnings.Count);
    }

    [Theory]
    [InlineData("{\"class_name\":")]
    [InlineData("{\"class_name\":\"\\ud800\"}")]
    [InlineData("nonsense")]
    public void A_configuration_that_is_no_JSON_earns_a_warning(string config)
    {
        byte[] file = new ZipBuilder().Add("metadata.json", "[]"u8.ToArray()).Add("config.json", Encoding.UTF8.GetBytes(config))
            .Add("model.weights.h5", Weights).Build();
        using ModelSource model = KerasFiles.Open(file);
        Assert.Equal(
            ["The model's configuration is not valid JSON.", "metadata.json of the archive is not valid."], model.Metadata.Warnings);
        Assert.Null(model.Metadata.Architecture);
    }

    [Fact]
    public void A_configuration_nested_without_end_earns_a_warning()
    {
        byte[] deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
        using ModelSource model = KerasFiles.Open(new ZipBuilder().Add("config.json", deep).Add("model.weights.h5", Weights).Build());
        Assert.Single(model.Metadata.Warnings);
    }

    [Fact]
    public void An_archive_without_weights_is_refused()
    {
        AssertRefused("KERAS_WEIGHTS_MISSING", new ZipBuilder().Add("config.json", Config("{}")));
        AssertRefused("KERAS_WEIGHTS_UNSUPPORTED", new ZipBuilder().Add("config.json", Config("{}")).Add("model.weights.npz", [1]));
        AssertRefused("KERAS_WEIGHTS_UNSUPPORTED", new ZipBuilder().Add("model.weights.json", [1]).Add("model_00000.weights.h5", [1]));
    }

    [Fact]
    public void An_archive_that_lies_is_refused()
    {
        AssertRefused("ZIP_NAME", new ZipBuilder().Add("../../config.json", Config("{}")).Add("model.weights.h5", Weights));
        AssertRefused("ZIP_RATIO",
            new ZipBuilder().Add(new ZipItem("model.weights.h5", [1]) { IsDeflated = true, IsZip64 = true, Extra = FiveGibibytes }));
        AssertRefused("ZIP_DUPLICATE", new ZipBuilder().Add("model.weights.h5", Weights).Add("model.weights.h5", Weights));
        AssertRefused("HDF5_SIGNATURE", new ZipBuilder().Add("model.weights.h5", [1, 2, 3]));
        AssertRefused("HDF5_LINK_EXTERNAL", new ZipBuilder().Add("model.weights.h5", KerasFiles.Vector("external-latest.h5"), true));
    }

    [Fact]
    public void A_selection_is_a_SafeTensors_file_with_the_same_values()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("small.keras"));
        TensorInfo[] chosen = [.. model.Metadata.Tensors.Where(tensor => tensor.Name.Contains("quantized", StringComparison.Ordinal))];
        using ModelSource selection = new KerasFormat().SelectTensors(model, chosen, ReadLimits.Default);
        Assert.Equal(ModelFormat.SafeTensors, selection.Metadata.Format);
        Assert.Equal(["layers/quantized/vars/0", "layers/quantized/vars/1"], selection.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([TensorDtype.BF16, TensorDtype.I32], selection.Metadata.Tensors.Select(tensor => tensor.Dtype));
        Assert.All(
            selection.Metadata.Tensors, tensor =>
                Assert.Equal(KerasFiles.Content(model, tensor.Name), KerasFiles.Content(selection, tensor)));
        using TempFolder folder = new();
        byte[] bytes = new byte[selection.Files[0].SizeBytes];
        selection.Files[0].Bytes.ReadExactly(0, bytes);
        using ModelSource read = ModelReader.Open(Assert.Single(ModelReader.Locate(folder.Write("selection.safetensors", bytes))));
        Assert.Equal("3.3.3", read.Metadata.Metadata["keras_version"].Scalar);
    }

    [Fact]
    public void A_tensor_of_another_model_is_refused()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("small.keras"));
        TensorInfo stranger = model.Metadata.Tensors[0] with { Name = "stranger" };
        Assert.Throws<ArgumentException>(() => model.OpenTensor(stranger));
        Assert.Throws<ArgumentException>(() => new KerasFormat().SelectTensors(model, [stranger], ReadLimits.Default));
    }

    private static byte[] Config(string config) => Encoding.UTF8.GetBytes($$"""{"class_name":"Functional","config":{{config}}}""");

    private static void AssertRefused(string code, ZipBuilder archive) => Assert.Equal(code, KerasFiles.Refusal(archive.Build()).Code);
}
