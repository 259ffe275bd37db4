using System.Buffers.Binary;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.Hdf5;

/// <summary>Broken files by the thousand: each is read, or refused with an error of the format, and nothing else happens.</summary>
public class Hdf5MutationTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_806;
    private static readonly int Count = Mutations.Count;

    // What a reader does with a broken file may not depend on how much memory or time there is; the limits keep the test short.
    private static readonly ReadLimits Limits =
        new() { Hdf5ChunkBytes = 1024 * 1024, Hdf5ExpansionBytes = 4 * 1024 * 1024, Hdf5Chunks = 20_000 };

    private static readonly string[] Originals =
    [
        "types.h5", "types-latest.h5", "attributes.h5", "userblock.h5", "superblock2.h5", "addresses2.h5", "addresses4.h5",
        "small.weights.h5",
        "small.keras", "chunks.h5", "links-old.h5",
    ];

    private static readonly string[] Sealed =
        ["types-latest.h5", "superblock2.h5", "indexes.h5", "links.h5", "attributes-latest.h5", "latest.h5"];

    private static readonly ulong[] Interesting =
    [
        0, 1, 2, 3, 7, 8, 9, 16, 24, 32, 63, 64, 96, 127, 128, 255, 256, 512, 2048, 65_535, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue,
        1UL << 32, 1UL << 40, 1UL << 60, 1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    [Theory]
    [InlineData("superblock2.h5")]
    [InlineData("addresses4.h5")]
    [InlineData("userblock.h5")]
    public void A_file_cut_anywhere_is_refused(string name)
    {
        byte[] file = KerasFiles.Vector(name);
        for (int length = 0; length < file.Length; length++)
        {
            string code = KerasFiles.Refusal(file[..length]).Code;
            Assert.StartsWith("HDF5_", code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mutated_files_end_in_nothing_worse_than_a_refusal()
    {
        byte[][] originals = [.. Originals.Select(KerasFiles.Vector)];
        Run(originals, Count, static file => file);
    }

    [Fact]
    public void Mutated_files_with_right_checksums_end_in_nothing_worse_than_a_refusal()
    {
        byte[][] originals = [.. Sealed.Select(KerasFiles.Vector)];
        Run(originals, Count / 10, file => Hdf5Patch.Seal(file, Refusal));
    }

    private static ModelFormatException? Refusal(byte[] file)
    {
        try
        {
            using ModelSource model = KerasFiles.Open(file, Limits);
            foreach (TensorInfo tensor in model.Metadata.Tensors.Where(tensor => tensor.SizeBytes < 1024 * 1024).Take(100))
            {
                Assert.Equal(tensor.SizeBytes, KerasFiles.Content(model, tensor).Length);
            }

            return null;
        }
        catch (ModelFormatException error)
        {
            return error;
        }
    }

    private void Run(byte[][] originals, int count, Func<byte[], byte[]> finish)
    {
        Random random = new(Seed);
        SortedDictionary<string, int> codes = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            byte[] file = Mutate(originals[random.Next(originals.Length)], random);
            try
            {
                if (Refusal(finish(file)) is { } error)
                {
                    codes[error.Code] = codes.GetValueOrDefault(error.Code) + 1;
                }
            }
            catch (Exception exception) when (exception is not ModelFormatException)
            {
                throw new InvalidOperationException($"Mutation {i} of seed {Seed}", exception);
            }
        }

        output.WriteLine($"{count} mutations of seed {Seed}: {string.Join(", ", codes.Select(code => $"{code.Key} {code.Value}"))}");
        Assert.All(codes.Keys, code => Assert.Matches("^(HDF5|ZIP|KERAS)_", code));
        Assert.InRange(codes.Values.Sum(), count / 20, count);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            // Structures are where bytes are not zero.
            int at = random.Next(file.Length);
            for (int i = 0; i < 50 && file[at] == 0; i++)
            {
                at = random.Next(file.Length);
            }

            ulong value = Interesting[random.Next(Interesting.Length)];
            switch (random.Next(7))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1 when at <= file.Length - 8:
                    BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
                    break;
                case 2 when at <= file.Length - 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), (uint)value);
                    break;
                case 3 when at <= file.Length - 2:
                    BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
                    break;
                case 4:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 5:
                    file[at] += (byte)random.Next(1, 9);
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
