using System.Buffers.Binary;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>Broken files by the thousand: each is read, or refused with an error of the format, and nothing else happens.</summary>
public class TensorFlowMutationTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_121;
    private static readonly int Count = Mutations.Count;

    // A mutation may turn a small shape into one of any size; what is read of a constant is what it costs to read it.
    private static readonly ReadLimits Limits = new() { TensorFlowFillBytes = 1 << 20 };

    [Fact]
    public void Files_that_are_cut_anywhere_are_refused_or_read()
    {
        foreach (Dictionary<string, byte[]> files in Originals(null))
        {
            string name = files.Keys.First();
            byte[] whole = files[name];
            int refused = 0;
            for (int length = 0; length < whole.Length; length++)
            {
                files[name] = whole[..length];
                refused += IsRefused(files) ? 1 : 0;
            }

            // A graph may end behind any of its nodes and still be one.
            Assert.InRange(refused, name.EndsWith(".index", StringComparison.Ordinal) ? whole.Length : whole.Length - 10, whole.Length);
        }
    }

    [Fact]
    public void Mutated_files_end_in_nothing_worse_than_a_refusal()
    {
        Random random = new(Seed);
        int refused = 0;
        for (int i = 0; i < Count; i++)
        {
            // Half of the tables are mutated before their checksums are made, so that what lies behind those is reached.
            Dictionary<string, byte[]>[] originals = Originals(i % 2 == 0 ? random : null);
            Dictionary<string, byte[]> files = originals[random.Next(originals.Length)];
            string name = files.Keys.First();
            files[name] = i % 2 == 0 && name.EndsWith(".index", StringComparison.Ordinal) ? files[name] : Mutate(files[name], random);
            try
            {
                refused += IsRefused(files) ? 1 : 0;
            }
            catch (Exception exception) when (exception is not ModelFormatException)
            {
                throw new InvalidOperationException($"Mutation {i} of seed {Seed}, {name}: {Convert.ToHexString(files[name])}", exception);
            }
        }

        output.WriteLine($"{Count} mutations of seed {Seed}, {refused} refused");
        Assert.InRange(refused, Count / 2, Count - 1);
    }

    private static Dictionary<string, byte[]>[] Originals(Random? random)
    {
        TableBuilder Table(bool isCompressed) => new()
        {
            IsCompressed = isCompressed,
            BlockEntries = 4,
            RestartInterval = 2,
            Content = content => random is null || isCompressed ? content : Mutate(content, random),
            Stored = stored => random is null || !isCompressed ? stored : Mutate(stored, random),
        };

        Dictionary<string, byte[]> Bundle(bool isCompressed) => new BundleBuilder { Table = Table(isCompressed), IsBigEndian = isCompressed }
            .Add("dense/kernel/.ATTRIBUTES/VARIABLE_VALUE", 1, [2, 2], [.. Enumerable.Range(0, 16).Select(i => (byte)i)])
            .Add("dense/bias/.ATTRIBUTES/VARIABLE_VALUE", 1, [2], new byte[8])
            .Add("graph", 7, [], [1, 1, 2, 3, 4, 65])
            .Sliced("v", 4, [4], [(0, 2)], [(2, 2)])
            .Add([0, (byte)'v', 0, 1, 1, 1, 0x80, 0x82], 4, [2], [1, 2])
            .Add([0, (byte)'v', 0, 1, 1, 1, 0x82, 0x82], 4, [2], [3, 4])
            .Build();

        ProtobufBuilder graph = GraphBuilder.Graph(
            GraphBuilder.Node("x", "Placeholder"),
            GraphBuilder.Const("raw", 3, [2], tensor => tensor.Bytes(4, 1, 0, 0, 0, 2, 0, 0, 0)),
            GraphBuilder.Const("ints", 3, [4], tensor => tensor.Packed(7, 1, -2)),
            GraphBuilder.Const("floats", 1, [3], tensor => tensor.Float(5, 1)),
            GraphBuilder.Const("complex", 8, [2], tensor => tensor.Float(9, 1).Float(9, 2)))
            .WithFunction("f", GraphBuilder.Const("half", 19, [1], tensor => tensor.Varint(13, 0x3C00)));
        ProtobufBuilder saved = GraphBuilder.SavedModel(graph, metaGraph => metaGraph
            .Message(5, entry => entry.Text(1, "serving_default").Message(2, signature => signature
                .Message(1, input => input.Text(1, "x").Message(2, info => info.Text(1, "x:0").Varint(2, 1).Message(3, BundleBuilder.Shape(-1))))))
            .Message(7, objects => objects.Message(1, node => node.Message(4, user => user.Text(1, "_tf_keras_model").Text(3, "{\"class_name\":\"M\"}")))));
        return
        [
            Bundle(false), Bundle(true),
            new Dictionary<string, byte[]> { ["graph.pb"] = graph.Build() },
            new Dictionary<string, byte[]> { ["saved_model.pb"] = saved.Build() },
        ];
    }

    private static bool IsRefused(Dictionary<string, byte[]> files)
    {
        try
        {
            using ModelSource model = TensorFlowFiles.Open(files, Limits);
            foreach (TensorInfo tensor in model.Metadata.Tensors)
            {
                Assert.Equal(tensor.SizeBytes, model.Content(tensor).Length);
            }

            return false;
        }
        catch (ModelFormatException error)
        {
            Assert.Matches("^(TENSORFLOW|SNAPPY|PROTOBUF)_", error.Code);
            return true;
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        for (int change = random.Next(1, 4); change > 0 && file.Length > 0; change--)
        {
            int at = random.Next(file.Length);
            switch (random.Next(6))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when at <= file.Length - 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), random.Next(2) == 0 ? uint.MaxValue : (uint)random.Next(64));
                    break;
                case 3:
                    file = [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 12))..]];
                    break;
                case 4:
                    file = [.. file[..at], .. GgufBuilder.Bytes(random.Next(1, 12), random.Next(256)), .. file[at..]];
                    break;
                default:
                    int from = random.Next(file.Length);
                    int length = Math.Min(random.Next(1, 24), file.Length - Math.Max(at, from));
                    file.AsSpan(from, length).CopyTo(file.AsSpan(at));
                    break;
            }
        }

        return file;
    }
}
