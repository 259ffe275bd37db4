using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>SavedModels that TensorFlow itself wrote; their documentation gives the values a = 0.5, b = 2, c = 3.</summary>
public class ReferenceModelTests
{
    private const string Version1 = "public/tensorflow/saved_model_half_plus_two_cpu";
    private const string Version2 = "public/tensorflow/saved_model_half_plus_two_tf2_cpu";

    [ReferenceDataFact]
    public void The_variables_of_TensorFlow_1_have_the_values_that_the_model_is_made_of() => CheckVariables(TestData.Reference(Version1));

    [ReferenceFileFact(Version2 + "/00000123/saved_model.pb", "1c598d72b1b74dfb945e0c232809da107074127fa9fa4f34e2ab9564436f74dd")]
    public void The_model_of_TensorFlow_2_is_read_whole()
    {
        CheckVariables(TestData.Reference(Version2));
        ReadAll(Version2);
    }

    [ReferenceDataFact]
    public void The_variables_of_TensorFlow_2_are_a_checkpoint_by_themselves()
    {
        using TempFolder folder = new();
        foreach (string path in Directory.EnumerateFiles(TestData.Reference(Version2 + "/00000123/variables")))
        {
            folder.Write("alone/" + Path.GetFileName(path), File.ReadAllBytes(path));
        }

        CheckVariables(folder.File("alone"));
    }

    [ReferenceDataFact]
    public void Folders_are_models_named_by_their_model_and_version()
    {
        foreach (string path in (string[])[Version1, Version1 + "/00000123", Version1 + "/00000123/saved_model.pb",
            Version1 + "/00000123/variables/variables.index", Version1 + "/00000123/variables/variables.data-00000-of-00001",
            Version1 + "/00000123/variables"])
        {
            ModelLocation location = Assert.Single(ModelReader.Locate(TestData.Reference(path)));
            Assert.Equal(("saved_model_half_plus_two_cpu-00000123", true), (location.Name, location.IsFolder));
            Assert.Equal(
                ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"], location.WeightFiles);
            Assert.Equal(["assets/foo.txt"], location.OtherFiles);
            Assert.Empty(location.Warnings);
        }
    }

    [ReferenceDataFact]
    public void A_model_of_TensorFlow_1_says_what_it_is()
    {
        using ModelSource model = Open(Version1);
        IReadOnlyDictionary<string, MetadataValue> metadata = model.Metadata.Metadata;
        Assert.Equal("SavedModel", model.Metadata.Variant);
        Assert.Equal("1.14.0", metadata["tensorflow_version"].Scalar);
        Assert.Equal(["serve"], metadata["tags"].Items);
        Assert.Equal("tensorflow/serving/predict", metadata["signature.serving_default.method_name"].Scalar);
        Assert.Equal("x: DT_FLOAT (-1, 1), x:0", Assert.Single(metadata["signature.serving_default.inputs"].Items!));
        Assert.Equal("y: DT_FLOAT (-1, 1), y:0", Assert.Single(metadata["signature.serving_default.outputs"].Items!));
        Assert.Equal(GraphBuilder.Floats(0.5f), model.Content("a/initial_value"));
        Assert.Equal(GraphBuilder.Floats(2), model.Content("b/initial_value"));
    }

    [ReferenceDataFact]
    public void All_tensors_are_read_and_all_files_belong_to_the_model() => ReadAll(Version1);

    private static void CheckVariables(string path)
    {
        using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        Dictionary<string, float> expected = new() { ["a"] = 0.5f, ["b"] = 2, ["c"] = 3 };
        foreach ((string name, float value) in expected)
        {
            TensorInfo tensor = Assert.Single(
                model.Metadata.Tensors,
                tensor => tensor.Name == name && tensor.File.EndsWith("variables.data-00000-of-00001", StringComparison.Ordinal));
            Assert.Equal((TensorDtype.F32, "[]", true), (tensor.Dtype, tensor.Shape.ToString(), tensor.IsContiguous));
            Assert.Equal(GraphBuilder.Floats(value), model.Content(tensor));
        }
    }

    private static void ReadAll(string path)
    {
        using ModelSource model = Open(path);
        foreach (TensorInfo tensor in model.Metadata.Tensors)
        {
            model.Content(tensor);
        }

        string folder = TestData.Reference(path + "/00000123");
        Assert.Equal(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count(), model.Files.Count);
        Assert.Contains(model.Metadata.Warnings, warning => warning.Contains("DT_STRING", StringComparison.Ordinal));
    }

    private static ModelSource Open(string path) => ModelReader.Open(Assert.Single(ModelReader.Locate(TestData.Reference(path))));
}
