using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Broken models by the thousand, and models made to take time or memory.</summary>
public sealed class OnnxHostileTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_807;
    private static readonly int Count = Mutations.Count;

    private static readonly byte[][] Inserts =
    [
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x08], [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        [0x00], [0x7F], [0x80, 0x01], [0x2A, 0x00], [0x32, 0x00], [0x0A, 0x00], [0x0B], [0x70, 0x01],
        [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    [Fact]
    public void A_model_cut_anywhere_is_refused_unless_only_metadata_are_gone()
    {
        byte[] file = Small();
        using ModelSource whole = OnnxFiles.Open(file);
        int accepted = 0;
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                using ModelSource cut = OnnxFiles.Open(file[..length]);
                Assert.Equal(whole.Metadata.Tensors, cut.Metadata.Tensors);
                accepted++;
            }
            catch (ModelFormatException error)
            {
                Assert.Matches("^(ONNX|PROTOBUF)_", error.Code);
            }
        }

        // Without its last field, the metadata, the model is whole.
        Assert.Equal(1, accepted);
    }

    [Fact]
    public void A_flipped_bit_ends_in_nothing_worse_than_a_refusal()
    {
        byte[] file = Small();
        int refused = 0;
        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += IsRefused(flipped) ? 1 : 0;
        }

        output.WriteLine($"{file.Length * 8} flips, {refused} refused");
        Assert.InRange(refused, file.Length, (file.Length * 8) - 1);
    }

    [Fact]
    public void Mutated_models_end_in_nothing_worse_than_a_refusal()
    {
        byte[][] originals = [Small(), File.ReadAllBytes(TestData.Local("onnx/types.onnx"))];
        Random random = new(Seed);
        int refused = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] file = Mutate(originals[random.Next(originals.Length)], random);
            try
            {
                refused += IsRefused(file) ? 1 : 0;
            }
            catch (Exception exception) when (exception is not ModelFormatException)
            {
                throw new InvalidOperationException($"Mutation {i} of seed {Seed}: {Convert.ToHexString(file)}", exception);
            }
        }

        output.WriteLine($"{Count} mutations of seed {Seed}, {refused} refused");
        Assert.InRange(refused, Count / 2, Count);
    }

    [Fact]
    public void Very_many_tensors_are_refused_before_they_fill_the_memory()
    {
        byte[] file = OnnxFiles.Model(graph =>
        {
            for (int i = 0; i < 500_000; i++)
            {
                graph.Message(5, tensor => tensor.Tensor($"{i:X}", 2, 0));
            }
        });
        Assert.Equal("ONNX_HEADER_MEMORY", OnnxFiles.Refusal(file).Code);
    }

    [Fact]
    public void Long_names_of_nested_graphs_do_not_multiply()
    {
        // 20 graphs in one another, each under a name of 60,000 characters, and 2,000 tensors in the innermost.
        ProtobufBuilder graph = new();
        for (int i = 0; i < 2_000; i++)
        {
            graph.Initializer($"t{i}", 1);
        }

        for (int i = 0; i < 20; i++)
        {
            ProtobufBuilder inner = graph;
            graph = new ProtobufBuilder().Node("If", new string('n', 60_000), ["o"], attribute => attribute.Text(1, "b").Message(6, inner));
        }

        byte[] file = new ProtobufBuilder().Varint(1, 8).Message(7, graph).Message(8, opset => opset.Varint(2, 17)).Build();
        Assert.Equal("ONNX_HEADER_MEMORY", OnnxFiles.Refusal(file).Code);
    }

    [Fact]
    public void Very_many_nodes_of_one_name_are_told_apart_in_linear_time()
    {
        byte[] file = OnnxFiles.Model(graph =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                graph.Node("If", "n", [], attribute => attribute.Text(1, "b").Message(6, branch => branch.Initializer("x", 1)));
            }
        });
        using ModelSource model = OnnxFiles.Open(file);
        Assert.Equal("n.b/x#50000", model.Metadata.Tensors[^1].Name);
    }

    [Fact]
    public void A_cancelled_reading_ends()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        string path = TestData.Local("onnx/types.onnx");
        ModelLocation location = ModelReader.Locate(path).Single();
        Assert.Throws<OperationCanceledException>(() => ModelReader.Open(location, null, cancelled.Token));
    }

    private static byte[] Small() => OnnxFiles.Model(
        graph => graph
            .Text(2, "g")
            .Initializer("raw", 1, 2, 3, 4)
            .Message(5, tensor => tensor.Tensor("typed", 10, 2).Packed(5, 0x3C00, 0xC000))
            .Message(5, tensor => tensor.Tensor("floats", 1, 2).Bytes(4, new byte[8]))
            .Message(5, tensor => tensor.Tensor("text", 8, 1).Text(6, "abc"))
            .Node("Constant", "n", ["c"], attribute => attribute.Text(1, "value").Message(5, tensor => tensor.Raw("v", 22, [3], 0x21, 3)))
            .Node("If", "if", ["y"], attribute => attribute.Text(1, "then_branch").Message(6, branch => branch.Initializer("x", 9)))
            .Message(15, sparse => sparse
                .Message(1, values => values.Raw("s", 2, [1], 8)).Message(2, indices => indices.Tensor("i", 7, 1)
                    .Packed(7, 3)).Packed(3, 9)),
        model => model.Message(14, entry => entry.Text(1, "k").Text(2, "v")));

    private static bool IsRefused(byte[] file)
    {
        try
        {
            using ModelSource model = OnnxFiles.Open(file);
            foreach (TensorInfo tensor in model.Metadata.Tensors)
            {
                Assert.Equal(tensor.SizeBytes, OnnxFiles.Content(model, tensor).Length);
            }

            return false;
        }
        catch (ModelFormatException error)
        {
            Assert.Matches("^(ONNX|PROTOBUF)_", error.Code);
            return true;
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> file = [.. original];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(file.Count);
            int length = Math.Min(random.Next(1, 24), file.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    file.InsertRange(at, Inserts[random.Next(Inserts.Length)]);
                    break;
                case 3 when file.Count > length:
                    file.RemoveRange(at, length);
                    break;
                case 4:
                    file.InsertRange(random.Next(file.Count), file.GetRange(at, length));
                    break;
                default:
                    file[at] = (byte)(file[at] + (random.Next(2) * 2) - 1);
                    break;
            }
        }

        return [.. file];
    }
}
