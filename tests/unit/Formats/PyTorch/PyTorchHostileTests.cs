using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.PyTorch;

/// <summary>Files that try to exhaust memory, and files changed at random.</summary>
public class PyTorchHostileTests(ITestOutputHelper output)
{
    private const long Margin = 64 * 1024 * 1024;

    [Fact]
    public void Lists_that_hold_each_other_are_not_walked_without_end()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op(']').Op('q').Raw(0);
        for (byte i = 0; i < 90; i++)
        {
            pickle.Op(']').Mark().Op('h').Raw(i).Op('h').Raw(i).Op('e').Op('q').Raw((byte)(i + 1));
        }

        AssertRefused("PYTORCH_EXPANSION", pickle);
    }

    [Fact]
    public void Names_that_grow_with_each_level_are_refused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}').Op('q').Raw(0);
        for (byte i = 0; i < 12; i++)
        {
            pickle.Op('}').Mark();
            for (byte j = 0; j < 8; j++)
            {
                pickle.Text(new string((char)('a' + j), 300)).Op('h').Raw(i);
            }

            pickle.Op('u').Op('q').Raw((byte)(i + 1));
        }

        AssertRefused("PYTORCH_EXPANSION", pickle);
    }

    [Fact]
    public void More_text_than_the_limit_is_refused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op(']');
        string text = new('x', 60_000);
        for (int i = 0; i < 300; i++)
        {
            pickle.Text(text).Op('a');
        }

        AssertRefused("PICKLE_TEXT_TOTAL", pickle);
    }

    [Fact]
    public void More_opcodes_than_the_limit_are_refused()
    {
        byte[] lists = new byte[1_200_000];
        for (int i = 0; i < lists.Length; i += 2)
        {
            lists[i] = (byte)']';
            lists[i + 1] = (byte)'a';
        }

        AssertRefused("PICKLE_OPCODE_COUNT", PickleBuilder.Start().Op(']').Raw(lists));
    }

    [Fact]
    public void A_long_text_and_long_bytes_are_passed_over_unread()
    {
        using TempFolder folder = new();
        byte[] pickle = PickleBuilder.Start(3).Op('}').Mark().Text("text").Text(new string('x', 3_000_000))
            .Text("bytes").Raw((byte)'B', 0x40, 0x42, 0x0F, 0).Raw(new byte[1_000_000]).Op('u').Stop();
        string path = folder.Write("long.pt", PyTorchBuilder.Zip(pickle));
        long before = GC.GetAllocatedBytesForCurrentThread();
        using ModelSource model = PyTorchFiles.Open(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.DoesNotContain("text", model.Metadata.Metadata.Keys);
    }

    [Fact]
    public void Opening_reads_no_storage()
    {
        using TempFolder folder = new();
        byte[] pickle = PickleBuilder.OneTensor("ByteStorage", "0", 3_000_000, 0, [3_000_000], [1]);
        foreach (byte[] bytes in (byte[][])[
            PyTorchBuilder.Zip(pickle, [("0", new byte[3_000_000])]), PyTorchBuilder.Legacy(pickle, ("0", 3_000_000, new byte[3_000_000]))])
        {
            using ModelSource model = PyTorchFiles.Open(folder.Write("large.pt", bytes));
            Assert.InRange(((FileByteSource)model.Files[0].Bytes).BytesRead, 1, 300_000);
        }
    }

    [Fact]
    public void A_zip_of_many_small_tensors_is_read_within_the_margin()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}').Mark();
        for (int i = 0; i < 9_000; i++)
        {
            pickle.Text($"layers.{PyTorchBuilder.Key(i)}.weight").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1]);
            if (i % 1000 == 999)
            {
                pickle.Op('u').Mark();
            }
        }

        byte[] file = PyTorchBuilder.Zip(pickle.Op('u').Stop(), [("0", new byte[24])]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using ModelSource model = PyTorchFiles.Open(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Margin + file.Length);
        Assert.Equal(9_000, model.Metadata.Tensors.Count);
    }

    [Theory]
    [InlineData("convnet.pt", 3)]
    [InlineData("convnet_script.pt", 7)]
    [InlineData("state_dict_legacy.pth", 11)]
    public void A_cut_file_is_refused_wherever_it_is_cut(string name, int step)
    {
        byte[] file = File.ReadAllBytes(TestData.Local($"pytorch/{name}"));
        for (int length = 1; length < file.Length; length += length < 1500 ? 1 : step)
        {
            byte[] cut = file[..length];
            Assert.NotNull(PyTorchFiles.Refusal(cut).Code);
        }
    }

    [Theory]
    [InlineData("convnet.pt", 1, 5_000)]
    [InlineData("convnet_script.pt", 2, 5_000)]
    [InlineData("state_dict_legacy.pth", 3, 7_000)]
    [InlineData("tar", 4, 3_000)]
    public void A_file_changed_at_random_is_read_or_refused_but_nothing_else(string name, int seed, int rounds)
    {
        byte[] file = name == "tar" ? SmallTar() : File.ReadAllBytes(TestData.Local($"pytorch/{name}"));
        (int start, int end) = Interesting(file, name);
        Random random = new(seed);
        int refused = 0;
        for (int round = 0; round < rounds * Mutations.Count / 20_000L; round++)
        {
            byte[] changed = [.. file];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                int at = random.Next(10) == 0 ? random.Next(changed.Length) : random.Next(start, end);
                changed[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(changed[at] ^ (1 << random.Next(8)));
            }

            try
            {
                using ModelSource model = PyTorchFiles.Open(changed);
                foreach (TensorInfo tensor in model.Metadata.Tensors.Where(tensor => tensor.SizeBytes < 100_000))
                {
                    Assert.Equal(tensor.SizeBytes, PyTorchFiles.Content(model, tensor).Length);
                }
            }
            catch (ModelFormatException error)
            {
                Assert.Matches("^(PYTORCH|PICKLE|ZIP)_", error.Code);
                refused++;
            }
        }

        output.WriteLine($"{name}, seed {seed}: {rounds * Mutations.Count / 20_000L} mutations, {refused} refused");
    }

    // Where the structure is: the CRC-32 of an archive's pickle would reject every change, so that it is not among what is changed there.
    private static (int Start, int End) Interesting(byte[] file, string name) =>
        name == "state_dict_legacy.pth" ? (0, 2_000)
        : name == "tar" ? (0, file.Length)
        : (file.AsSpan().LastIndexOf("PK\u0006\u0006"u8) - 1200, file.Length);

    [Fact]
    public void A_pickle_changed_at_random_is_read_or_refused_but_nothing_else()
    {
        byte[] pickle = PickleBuilder.Start(4).Op('}').Mark().Text("w").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
            .Text("p").Global("torch._utils", "_rebuild_parameter").Tensor("FloatStorage", "0", 6, 1, [2], [3]).Raw(0x88).Op('N').Raw(0x87)
            .Op('R')
            .Text("l").Op(']').Mark().Int(5).Text("x").Op('e').Text("s").Raw(0x8F).Mark().Int(1).Raw(0x90).Op('u').Stop();
        Random random = new(9);
        int read = 0;
        for (int round = 0; round < Mutations.Count; round++)
        {
            byte[] changed = [.. pickle];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(changed, [("0", new byte[24])]));
                read++;
            }
            catch (ModelFormatException error)
            {
                Assert.Matches("^(PYTORCH|PICKLE)_", error.Code);
            }
        }

        output.WriteLine($"pickle, seed 9: {Mutations.Count} mutations, {Mutations.Count - read} refused");
        Assert.InRange(read, 1, Mutations.Count);
    }

    private static byte[] SmallTar()
    {
        byte[] storages =
        [
            .. PickleBuilder.Start().Int(1).Stop(),
            .. PickleBuilder.Start().Int(7).Text("cpu").Global("torch", "FloatStorage").Raw(0x87).Stop(),
            .. PyTorchBuilder.Number(2), .. new byte[8],
            .. PickleBuilder.Start().Op(']').Stop(),
        ];
        byte[] tensors =
        [
            .. PickleBuilder.Start().Int(1).Stop(),
            .. PickleBuilder.Start().Int(11).Int(7).Global("torch", "FloatTensor").Raw(0x87).Stop(),
            1, 0, 0, 0, 0, 0, 0, 0,
            .. PyTorchBuilder.Number(2), .. PyTorchBuilder.Number(1), .. PyTorchBuilder.Number(0),
        ];
        byte[] pickle = PickleBuilder.Start().Op('}').Text("w").Int(11).Op('Q').Op('s').Stop();
        return PyTorchBuilder.Tar(("pickle", pickle), ("tensors", tensors), ("storages", storages));
    }

    private static void AssertRefused(string code, PickleBuilder pickle)
    {
        byte[] file = PyTorchBuilder.Zip(pickle.Stop());
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFormatException error = PyTorchFiles.Refusal(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Margin + file.Length);
        Assert.Equal(code, error.Code);
    }
}
