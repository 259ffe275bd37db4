using System.Buffers.Binary;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>Broken files by the thousand: each is read, or refused with an error of the format, and nothing else happens.</summary>
public class GgufMutationTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_806;
    private static readonly int Count = Mutations.Count;

    private static readonly ulong[] Interesting =
    [
        0, 1, 2, 7, 8, 9, 13, 31, 32, 43, 63, 64, 127, 128, 255, 256, 65_535, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32,
        1UL << 60, 1UL << 62, long.MaxValue - 63, long.MaxValue, 1UL << 63, ulong.MaxValue - 31, ulong.MaxValue,
    ];

    [Fact]
    public void A_file_cut_anywhere_is_refused_unless_only_padding_is_gone()
    {
        byte[] file = Small().Build();
        using ModelSource whole = GgufFiles.Open(file);
        TensorInfo last = whole.Metadata.Tensors[^1];
        long dataEnd = last.Offset + last.SizeBytes;
        Assert.InRange(dataEnd, 1, file.Length - 1);
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            if (length < dataEnd)
            {
                Assert.StartsWith("GGUF_", GgufFiles.Refusal(cut).Code, StringComparison.Ordinal);
            }
            else
            {
                using ModelSource model = GgufFiles.Open(cut);
                Assert.Equal(whole.Metadata.Tensors, model.Metadata.Tensors);
                Assert.Equal(GgufFiles.Content(whole, last), GgufFiles.Content(model, model.Metadata.Tensors[^1]));
            }
        }
    }

    [Theory]
    [InlineData(3u, false)]
    [InlineData(3u, true)]
    [InlineData(1u, false)]
    public void A_flipped_bit_in_the_header_ends_in_nothing_worse_than_a_refusal(uint version, bool bigEndian)
    {
        byte[] file = Small(version, bigEndian).Build();
        using ModelSource whole = GgufFiles.Open(file);
        long header = whole.Metadata.Tensors[0].Offset;
        int refused = 0;
        for (int bit = 0; bit < header * 8; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += IsRefused(flipped) ? 1 : 0;
        }

        output.WriteLine($"{header * 8} flips, {refused} refused");
        Assert.InRange(refused, 1, (header * 8) - 1); // flips in padding and in values are no errors
    }

    [Fact]
    public void Mutated_files_end_in_nothing_worse_than_a_refusal()
    {
        byte[][] originals = [Small().Build(), Small(3, true).Build(), Small(2).Build(), Small(1).Build()];
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

    private static GgufBuilder Small(uint version = 3, bool bigEndian = false) =>
        new GgufBuilder { Version = version, BigEndian = bigEndian }
        .Text("general.architecture", "llama")
        .U32("general.alignment", 32)
        .Entry("bool", 7, writer => writer.U8(1))
        .Entry("double", 12, writer => writer.F64(0.5))
        .Array("numbers", 5, 3, writer => writer.Raw(new byte[12]))
        .Array("tokens", 8, 2, writer =>
        {
            writer.Text("<s>");
            writer.Text("</s>");
        })
        .Add("blk.0.attn_q.weight", 12, [256, 2], GgufBuilder.Bytes(288))
        .Add("output_norm.weight", 0, [3], GgufBuilder.Bytes(12))
        .Add("empty", 1, [4, 0], [])
        .Add("bias", 26, [5], GgufBuilder.Bytes(20));

    private static bool IsRefused(byte[] file)
    {
        try
        {
            using ModelSource model = GgufFiles.Open(file);
            foreach (TensorInfo tensor in model.Metadata.Tensors)
            {
                Assert.Equal(tensor.SizeBytes, GgufFiles.Content(model, tensor).Length);
            }

            return false;
        }
        catch (ModelFormatException error)
        {
            Assert.StartsWith("GGUF_", error.Code, StringComparison.Ordinal);
            return true;
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(file.Length);
            ulong value = Interesting[random.Next(Interesting.Length)];
            switch (random.Next(7))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1 when at <= file.Length - 8:
                    BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
                    break;
                case 2 when at <= file.Length - 8:
                    BinaryPrimitives.WriteUInt64BigEndian(file.AsSpan(at), value);
                    break;
                case 3 when at <= file.Length - 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), (uint)value);
                    break;
                case 4:
                    file = [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 20))..], 0];
                    break;
                case 5:
                    file = [.. file[..at], .. GgufBuilder.Bytes(random.Next(1, 20), random.Next(256)), .. file[at..]];
                    break;
                default:
                    int from = random.Next(file.Length);
                    int length = Math.Min(random.Next(1, 40), file.Length - Math.Max(at, from));
                    file.AsSpan(from, length).CopyTo(file.AsSpan(at));
                    break;
            }
        }

        return file;
    }
}
