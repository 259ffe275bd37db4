using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>SavedModel folders and sets of checkpoint files: what belongs to them, what they are called, what they say.</summary>
public sealed class SavedModelTests : IDisposable
{
    private static readonly ProtobufBuilder Graph = GraphBuilder.Graph(GraphBuilder.Const("c", 4, [1], tensor => tensor.Bytes(4, 5)));

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_SavedModel_is_its_whole_folder()
    {
        WriteSavedModel("m");
        _temp.Write("m/assets/vocab.pb", "x"u8);
        _temp.Write("m/fingerprint.pb", new ProtobufBuilder().Varint(1, 7).Build());
        foreach (string path in (string[])["m", "m/saved_model.pb", "m/variables/variables.index", "m/variables/variables.data-00000-of-00001"])
        {
            using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File(path))));
            Assert.Equal(("m", true, "SavedModel"), (model.Location.Name, model.Location.IsFolder, model.Metadata.Variant));
            Assert.Equal(
                ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001", "assets/vocab.pb", "fingerprint.pb"],
                model.Files.Select(file => file.Path));
            Assert.Equal([5], model.Content("c"));
            Assert.Equal([7], model.Content("v"));
            Assert.Empty(model.Metadata.Warnings);
        }
    }

    [Fact]
    public void Each_version_in_a_folder_is_a_model()
    {
        WriteSavedModel("half/1");
        WriteSavedModel("half/00000123");
        WriteSavedModel("half/other");
        Assert.Equal(["half-00000123", "half-1"], ModelReader.Locate(_temp.File("half")).Select(model => model.Name));
        Assert.Equal("half-1", Assert.Single(ModelReader.Locate(_temp.File("half/1"))).Name);
        Assert.Equal(["half-00000123", "half-1", "other"], ModelReader.Locate(_temp.Root, recurse: true).Select(model => model.Name));
        Assert.Equal(FormatErrorCodes.FolderNoModel, Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.Root)).Code);
    }

    [Fact]
    public void Each_checkpoint_of_a_folder_is_a_model()
    {
        Write("ckpt-1", new BundleBuilder(2).Add("a", 4, [1], [1]).Add("b", 4, [1], [2], shard: 1));
        Write("ckpt-2", new BundleBuilder().Add("a", 4, [1], [3]));
        _temp.Write("checkpoint", "model_checkpoint_path: \"ckpt-2\""u8);
        _temp.Write("ckpt-2.meta", "graph"u8);
        IReadOnlyList<ModelLocation> models = ModelReader.Locate(_temp.Root);
        Assert.Equal(["ckpt-1", "ckpt-2"], models.Select(model => model.Name));
        Assert.Equal(["ckpt-1.index", "ckpt-1.data-00000-of-00002", "ckpt-1.data-00001-of-00002"], models[0].WeightFiles);
        Assert.Equal(["ckpt-2.meta"], models[1].OtherFiles);
        Assert.All(models, model => Assert.Empty(model.Warnings));
        foreach (string file in models[0].WeightFiles)
        {
            using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File(file))));
            Assert.Equal([2], model.Content("b"));
            Assert.Equal("ckpt-1", model.Location.Name);
        }
    }

    [Fact]
    public void A_shard_without_data_is_a_file_of_the_checkpoint()
    {
        Write("ckpt", new BundleBuilder(2).Add("a", 4, [1], [1], shard: 1));
        using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.Root)));
        Assert.Equal([1], model.Content("a"));
        Assert.Equal(3, model.Files.Count);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        Write("ckpt", new BundleBuilder(2).Add("a", 4, [1], [1]).Add("b", 4, [1], [1], shard: 1));
        File.Delete(_temp.File("ckpt.data-00001-of-00002"));
        Assert.Equal(
            TensorFlowErrorCodes.ShardMissing,
            Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.File("ckpt.index"))).Code);
        Assert.Equal(TensorFlowErrorCodes.ShardMissing, Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.Root)).Code);
        File.Delete(_temp.File("ckpt.index"));
        Assert.Equal(
            TensorFlowErrorCodes.IndexMissing,
            Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.File("ckpt.data-00000-of-00002"))).Code);
        WriteSavedModel("m");
        File.Delete(_temp.File("m/variables/variables.index"));
        Assert.Equal(
            TensorFlowErrorCodes.IndexMissing,
            Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.File("m"))).Code);
    }

    [Fact]
    public void An_index_is_known_by_its_end_and_one_that_is_cut_by_its_data()
    {
        Write("ckpt", new BundleBuilder { Table = new TableBuilder { IsCompressed = true } }.Add("a", 4, [1], [1]));
        byte[] index = File.ReadAllBytes(_temp.File("ckpt.index"));
        Assert.True(FormatRegistry.Detect(_temp.Write("else/table", index)).IsCertain);
        File.WriteAllBytes(_temp.File("ckpt.index"), index[..^9]);
        Assert.Equal(
            TensorFlowErrorCodes.TableMagic,
            Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.File("ckpt.index"))).Code);
        byte[] other = new TableBuilder().Add("key"u8, "value"u8).Build();
        Assert.Equal(
            FormatErrorCodes.FormatUnknown,
            Assert.Throws<ModelFormatException>(() => ModelReader.Locate(_temp.Write("000005.ldb", other))).Code);
    }

    [Fact]
    public void A_checkpoint_of_version_1_is_named()
    {
        byte[] table = new TableBuilder().Add([], new ProtobufBuilder().Message(1, meta => meta.Message(1, tensor => tensor.Text(1, "a"))).Build()).Build();
        string path = _temp.Write("model.ckpt-1000", table);
        Assert.Equal(TensorFlowErrorCodes.CheckpointV1, Assert.Throws<ModelFormatException>(() => ModelReader.Locate(path)).Code);
    }

    [Fact]
    public void Graphs_and_SavedModels_are_known_by_their_first_bytes()
    {
        string graph = _temp.Write("frozen.pb", Graph.Build());
        Assert.True(FormatRegistry.Detect(graph).IsCertain);
        Assert.Equal("frozen", Assert.Single(ModelReader.Locate(graph)).Name);
        Assert.True(FormatRegistry.Detect(_temp.Write("x", GraphBuilder.SavedModel(Graph).Build())).IsCertain);
        byte[] onnx = [0x08, 0x01, 0x12, 0x07, .. "pytorch"u8];
        Assert.False(new TensorFlowFormat().Matches(onnx, onnx.Length));
        byte[] keras = new ProtobufBuilder().Message(1, node => node.Varint(2, 0).Text(3, "root")).Build();
        Assert.False(new TensorFlowFormat().Matches(keras, keras.Length));
        byte[] labels = "\n\u0005hello\u0012"u8.ToArray();
        Assert.False(new TensorFlowFormat().Matches(labels, labels.Length));
    }

    [Fact]
    public void Signatures_and_tags_are_metadata()
    {
        ProtobufBuilder saved = GraphBuilder.SavedModel(Graph, metaGraph => metaGraph.Message(5, entry => entry.Text(1, "serving_default").Message(2, signature => signature
            .Message(1, input => input.Text(1, "ids").Message(2, info => info.Text(1, "ids:0").Varint(2, 9).Message(3, BundleBuilder.Shape(-1, 128))))
            .Message(2, output => output.Text(1, "y").Message(2, info => info.Text(1, "y:0").Varint(2, 1).Message(3, shape => shape.Varint(3, 1))))
            .Text(3, "tensorflow/serving/predict"))));
        saved.Message(2, second => second.Message(1, info => info.Text(4, "train")).Message(2, Graph));
        _temp.Write("m/saved_model.pb", saved.Build());
        using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File("m"))));
        IReadOnlyDictionary<string, MetadataValue> metadata = model.Metadata.Metadata;
        Assert.Equal((1L, "2.15.0"), (metadata["saved_model_schema_version"].Scalar, metadata["tensorflow_version"].Scalar));
        Assert.Equal(["serve"], metadata["tags"].Items);
        Assert.Equal(["train"], metadata["meta_graph_1.tags"].Items);
        Assert.Equal(["ids: DT_INT64 (-1, 128), ids:0"], metadata["signature.serving_default.inputs"].Items);
        Assert.Equal(["y: DT_FLOAT unknown_rank, y:0"], metadata["signature.serving_default.outputs"].Items);
        Assert.Equal(["c", "meta_graph_1/c"], model.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Null(model.Metadata.Architecture);
    }

    [Theory]
    [InlineData("""{"class_name":"MobileNet","config":{"name":"m"}}""", "MobileNet")]
    [InlineData("""{"class_name":"Functional","config":{"name":"resnet50"}}""", "resnet50")]
    [InlineData("""{"class_name":"Sequential","config":{"name":"sequential_3"}}""", "Sequential")]
    [InlineData("""{"class_name":1}""", null)]
    [InlineData("""{""", null)]
    public void Keras_says_the_architecture(string json, string? architecture)
    {
        WriteSavedModel("m");
        _temp.Write("m/keras_metadata.pb", new ProtobufBuilder()
            .Message(1, node => node.Varint(2, 0).Text(3, "root").Text(4, "_tf_keras_network").Text(5, json)).Build());
        using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File("m"))));
        Assert.Equal(architecture, model.Metadata.Architecture);
        ProtobufBuilder saved = GraphBuilder.SavedModel(Graph, metaGraph => metaGraph.Message(7, objects => objects
            .Message(1, node => node.Message(4, user => user.Text(1, "_tf_keras_model").Text(3, json)))));
        _temp.Write("old/saved_model.pb", saved.Build());
        using ModelSource old = ModelReader.Open(Assert.Single(ModelReader.Locate(_temp.File("old"))));
        Assert.Equal(architecture, old.Metadata.Architecture);
    }

    [Fact]
    public void A_SavedModel_without_a_meta_graph_is_refused()
    {
        _temp.Write("m/saved_model.pb", new ProtobufBuilder().Varint(1, 1).Build());
        ModelLocation location = Assert.Single(ModelReader.Locate(_temp.File("m")));
        Assert.Equal(TensorFlowErrorCodes.SavedModelEmpty, Assert.Throws<ModelFormatException>(() => ModelReader.Open(location)).Code);
    }

    private void WriteSavedModel(string folder)
    {
        _temp.Write($"{folder}/saved_model.pb", GraphBuilder.SavedModel(Graph).Build());
        foreach ((string name, byte[] bytes) in new BundleBuilder().Add("v/.ATTRIBUTES/VARIABLE_VALUE", 4, [1], [7]).Build("variables"))
        {
            _temp.Write($"{folder}/variables/{name}", bytes);
        }
    }

    private void Write(string prefix, BundleBuilder bundle)
    {
        foreach ((string name, byte[] bytes) in bundle.Build(prefix))
        {
            _temp.Write(name, bytes);
        }
    }
}
