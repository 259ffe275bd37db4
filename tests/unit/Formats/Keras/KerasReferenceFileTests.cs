using System.Text.Json;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Keras;

/// <summary>Every tensor of every file that h5py wrote, as h5py reads it.</summary>
public class KerasReferenceFileTests
{
    // h5py's listing gives an object once; here every name of it is listed, so links.h5 and links-old.h5 have tests of their own.
    [Theory]
    [InlineData("layouts.h5", 131)]
    [InlineData("latest.h5", 45)]
    [InlineData("indexes.h5", 14)]
    [InlineData("chunks.h5", 13)]
    [InlineData("types.h5", 36)]
    [InlineData("types-latest.h5", 36)]
    [InlineData("userblock.h5", 2)]
    [InlineData("userblock-latest.h5", 2)]
    [InlineData("superblock2.h5", 2)]
    [InlineData("addresses2.h5", 2)]
    [InlineData("addresses4.h5", 2)]
    [InlineData("attributes.h5", 1)]
    [InlineData("attributes-latest.h5", 1)]
    [InlineData("small.weights.h5", 6)]
    [InlineData("small.keras", 6)]
    public void Every_tensor_is_read_as_h5py_reads_it(string file, int count)
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector(file));
        Assert.Equal(count, KerasFiles.Expected[file].Count());
        KerasFiles.AssertExpected(model, KerasFiles.Expected[file]);
    }

    [ReferenceDataTheory]
    [InlineData("generated", "layouts.h5")]
    [InlineData("generated", "latest.h5")]
    [InlineData("public", "fer2013_mini_XCEPTION.100-0.65.hdf5")]
    [InlineData("public", "fer2013_mini_XCEPTION.102-0.66.hdf5")]
    public void The_shared_reference_files_are_read_as_h5py_reads_them(string folder, string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(TestData.Reference($"{folder}/expected.json")));
        using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(TestData.Reference($"{folder}/keras/{file}"))));
        KerasFiles.AssertExpected(model, json.RootElement.GetProperty($"keras/{file}").GetProperty("tensors").EnumerateArray().Select(Row));
    }

    [ReferenceDataFact]
    public void A_model_of_Keras_2_says_what_it_is()
    {
        using ModelSource model =
            ModelReader.Open(ModelReader.Locate(TestData.Reference("public/keras/fer2013_mini_XCEPTION.100-0.65.hdf5"))[0]);
        Assert.Equal(ModelFormat.Keras, model.Metadata.Format);
        Assert.Equal("Keras HDF5", model.Metadata.Variant);
        Assert.Equal("Model/model_1", model.Metadata.Architecture);
        Assert.Equal("2.0.5", model.Metadata.Metadata["keras_version"].Scalar);
        Assert.Equal("tensorflow", model.Metadata.Metadata["backend"].Scalar);
        Assert.StartsWith("{\"loss_weights\": null, \"optimizer_config\"", (string)model.Metadata.Metadata["training_config"].Scalar!,
            StringComparison.Ordinal);
        Assert.Equal("input_1", model.Metadata.Metadata["layer_names"].Items![0]);
        Assert.Empty(model.Metadata.Warnings);
        TensorInfo kernel = model.Metadata.Tensors.Single(tensor => tensor.Name == "model_weights/conv2d_1/conv2d_1_1/kernel:0");
        Assert.True(kernel.IsContiguous);
        Assert.Equal(LayerType.Convolution, kernel.LayerType);
    }

    private static (string Name, string Dtype, string Shape, long Size, string Sha256) Row(JsonElement tensor) => (
        tensor.GetProperty("name").GetString()!,
        tensor.GetProperty("dtype").GetString() switch
        {
            "float16" => "F16",
            "float32" => "F32",
            "float64" => "F64",
            "int64" => "I64",
            "uint8" => "U8",
            string other => other,
            null => string.Empty,
        },
        $"[{string.Join(", ", tensor.GetProperty("shape").EnumerateArray())}]",
        tensor.GetProperty("bytes").GetInt64(),
        tensor.GetProperty("sha256").GetString()!);
}
