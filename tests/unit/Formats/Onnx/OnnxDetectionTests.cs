using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Onnx;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>What is taken for an ONNX model and what is not.</summary>
public sealed class OnnxDetectionTests
{
    private static readonly OnnxFormat Format = new();

    public static TheoryData<string, byte[]> Models => new()
    {
        { "small", OnnxFiles.Model(graph => graph.Initializer("a", 1)) },
        { "no producer", new ProtobufBuilder().Varint(1, 8).Message(7, graph => graph.Text(2, "g"))
            .Message(8, opset => opset.Varint(2, 1)).Build() },
        { "operator set first", new ProtobufBuilder().Varint(1, 8).Message(8, opset => opset.Text(1, "").Varint(2, 1))
            .Message(7, graph => graph.Text(2, "g")).Build() },
        { "long graph", OnnxFiles.Model(graph => graph.Initializer("a", new byte[100_000])) },
        { "long text before the graph", Long(doc => doc.Text(6, new string('d', 10_000))) },
        { "metadata before the graph", Long(doc => doc.Message(14, entry => entry.Text(1, "k").Text(2, new string('v', 10_000)))) },
        { "version 0 of the model", new ProtobufBuilder().Varint(1, 3).Text(2, "onnx-caffe2").Text(3, "").Varint(5, 0)
            .Message(7, graph => graph.Text(2, "g")).Build() },
    };

    public static TheoryData<string, byte[]> Others => new()
    {
        { "SavedModel", new ProtobufBuilder().Varint(1, 1).Message(2, graph => graph.Message(1, info => info.Text(4, "serve"))).Build() },
        { "long SavedModel", new ProtobufBuilder().Varint(1, 1).Message(2, graph => graph.Bytes(2, new byte[9_000])).Build() },
        { "GraphDef", new ProtobufBuilder().Message(1, node => node.Text(1, "x").Text(2, "Const"))
            .Message(4, versions => versions.Varint(1, 22)).Build() },
        { "fingerprint", new ProtobufBuilder().Varint(1, 77).Varint(2, 5).Varint(3, 6).Build() },
        { "only numbers", new ProtobufBuilder().Varint(1, 8).Build() },
        { "producer only", new ProtobufBuilder().Varint(1, 8).Text(2, "test").Build() },
        { "graph without version", new ProtobufBuilder().Message(7, graph => graph.Text(2, "g")).Build() },
        { "graph longer than the file", [0x08, 0x08, 0x3A, 0x20, 0x12, 0x01, 0x67] },
        { "version 0", new ProtobufBuilder().Varint(1, 0).Message(7, graph => graph.Text(2, "g")).Build() },
        { "graph of numbers", new ProtobufBuilder().Varint(1, 8).Message(7, graph => graph.Varint(2, 1)).Build() },
        { "text", "Hello, world. This is a text.\n"u8.ToArray() },
        { "zeros", new byte[5_000] },
        { "ones", [.. Enumerable.Repeat((byte)0xFF, 5_000)] },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Models_are_found(string what, byte[] file)
    {
        Assert.True(Matches(file), what);
        using TempFolder folder = new();
        Assert.Equal(ModelFormat.Onnx, FormatRegistry.Detect(folder.Write("noname", file)).Format?.Format);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Other_files_are_not_taken_for_models(string what, byte[] file) => Assert.False(Matches(file), what);

    [Fact]
    public void Random_bytes_behind_a_version_are_hardly_ever_taken_for_models()
    {
        Random random = new(7);
        int found = 0;
        byte[] file = new byte[300];
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(file);
            file[0] = 0x08;
            found += Matches(file) ? 1 : 0;
        }

        Assert.InRange(found, 0, 20);
    }

    [ReferenceDataTheory]
    [InlineData("public/tensorflow/saved_model_half_plus_two_cpu/00000123/saved_model.pb")]
    [InlineData("public/tensorflow/saved_model_half_plus_two_tf2_cpu/00000123/saved_model.pb")]
    [InlineData("public/tensorflow/saved_model_half_plus_two_tf2_cpu/00000123/fingerprint.pb")]
    [InlineData("public/tensorflow/saved_model_half_plus_two_cpu/00000123/variables/variables.index")]
    public void Files_of_TensorFlow_are_not_taken_for_models(string path)
    {
        byte[] file = File.ReadAllBytes(TestData.Reference(path));
        Assert.False(Matches(file));
        Assert.False(Format.Resembles(Header(file)));
    }

    [ReferenceDataFact]
    public void Real_models_are_found_whatever_they_are_called()
    {
        using TempFolder folder = new();
        foreach (string path in Directory.EnumerateFiles(TestData.Reference("public/onnx"), "*.onnx"))
        {
            File.Copy(path, folder.File("model.bin"), overwrite: true);
            ModelLocation location = ModelReader.Locate(folder.File("model.bin")).Single();
            Assert.Equal(ModelFormat.Onnx, location.Format);
            Assert.Contains("usually end in .onnx", location.Warnings.Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cut_model_goes_to_the_reader_that_says_so()
    {
        byte[] file = OnnxFiles.Model(graph => graph.Initializer("a", new byte[10_000]));
        using TempFolder folder = new();
        string path = folder.Write("cut", file.AsSpan(0, 5_000));
        FormatDetection detection = FormatRegistry.Detect(path);
        Assert.Equal((ModelFormat.Onnx, false), (detection.Format!.Format, detection.IsCertain));
        Assert.Equal("PROTOBUF_LENGTH", Assert.Throws<ModelFormatException>(() => OnnxFiles.Open(path)).Code);
    }

    private static byte[] Long(Action<ProtobufBuilder> between)
    {
        ProtobufBuilder model = new ProtobufBuilder().Varint(1, 8).Text(2, "test");
        between(model);
        return model.Message(7, graph => graph.Text(2, "g")).Message(8, opset => opset.Varint(2, 17)).Build();
    }

    private static ReadOnlySpan<byte> Header(byte[] file) => file.AsSpan(0, Math.Min(file.Length, FormatRegistry.HeaderSize));

    private static bool Matches(byte[] file) => Format.Matches(Header(file), file.Length);
}
