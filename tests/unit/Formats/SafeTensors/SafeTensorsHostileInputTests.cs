using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>Damaged and hostile files: every one ends in the reader's own error, or is read, within bounded memory.</summary>
public class SafeTensorsHostileInputTests(ITestOutputHelper output)
{
    private const long AllowedBytes = 64L * 1024 * 1024;

    private static readonly byte[] Small = SafeTensorsBuilder.File(
        """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},""" +
        "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[24,26]}}   ",
        26);

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        Assert.Equal(2, SafeTensorsTest.Read(Small).Tensors.Count);
        for (int length = 0; length < Small.Length; length++)
        {
            string code = SafeTensorsTest.Fail(Small[..length]).Code;
            string expected = length < 8 ? SafeTensorsErrorCodes.HeaderTooSmall
                : length < Small.Length - 26 ? SafeTensorsErrorCodes.HeaderLength
                : SafeTensorsErrorCodes.DataTruncated;
            Assert.Equal(expected, code);
        }
    }

    [Fact]
    public void Any_flipped_bit_of_a_header_is_refused_or_read_as_another_valid_header()
    {
        int refused = 0;
        for (int bit = 0; bit < (Small.Length - 26) * 8; bit++)
        {
            byte[] file = [.. Small];
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += IsRefused(file) ? 1 : 0;
        }

        // Names, metadata and padding may change and stay valid; lengths, keys, dtypes, shapes and offsets may not.
        output.WriteLine($"{refused} of {(Small.Length - 26) * 8} bit flips are refused");
        Assert.InRange(refused, 700, ((Small.Length - 26) * 8) - 1);
    }

    [Fact]
    public void Random_changes_end_in_the_readers_own_error_or_in_a_valid_header()
    {
        const int Seed = 20260801;
        int count = Mutations.Count;
        Random random = new(Seed);
        string[] tokens =
            ["{", "}", "[", "]", ",", ":", "\"", "0", "-1", "1e3", "9223372036854775808", "null", "\"t\"", "\\u0000", "\\ud800", "é", " "];
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            List<byte> file = [.. Small];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                int at = random.Next(file.Count);
                switch (random.Next(5))
                {
                    case 0: file[at] = (byte)random.Next(256); break;
                    case 1: file.RemoveRange(at, Math.Min(random.Next(1, 20), file.Count - at)); break;
                    case 2: file.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)])); break;
                    case 3: file.InsertRange(at, file.GetRange(at, Math.Min(random.Next(1, 80), file.Count - at))); break;
                    default: file.RemoveRange(at, file.Count - at); break;
                }

                if (file.Count < 9)
                {
                    break;
                }

                // Most of the time the length fits, so that what is changed is reached.
                if (random.Next(4) != 0)
                {
                    BitConverter.TryWriteBytes(CollectionsMarshal.AsSpan(file), Math.Max(0L, file.Count - 34));
                }
            }

            refused += IsRefused([.. file]) ? 1 : 0;
        }

        output.WriteLine($"seed {Seed}: {refused} of {count} inputs are refused");
        Assert.InRange(refused, count / 2, count - 1);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(100_000_000UL)]
    public void A_length_that_lies_costs_no_memory(ulong length)
    {
        byte[] file = SafeTensorsBuilder.WithLength(length, "{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}"u8);
        Assert.InRange(AllocatedBy(() => SafeTensorsTest.Fail(file)), 0, 1024 * 1024);
    }

    [Theory]
    [InlineData("0", 0, 1, SafeTensorsErrorCodes.TensorCount)]
    [InlineData("1", 1, 1, SafeTensorsErrorCodes.Overlap)]
    [InlineData("1", 1, 2_000_000, SafeTensorsErrorCodes.TensorCount)]
    public void Millions_of_tensors_over_one_range_are_refused_in_bounded_memory(string shape, int end, int data, string code)
    {
        StringBuilder header = new("{\"first\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        for (int i = 0; header.Length < 95_000_000; i++)
        {
            header.Append(CultureInfo.InvariantCulture, $",\"{i}\":{{\"dtype\":\"U8\",\"shape\":[{shape}],\"data_offsets\":[0,{end}]}}");
        }

        byte[] file = SafeTensorsBuilder.File(header.Append('}').ToString(), data);
        string? found = null;
        long allocated = AllocatedBy(() => found = SafeTensorsTest.Fail(file).Code);
        output.WriteLine($"{file.Length} bytes of file, {allocated} allocated");
        Assert.Equal(code, found);
        Assert.InRange(allocated, 0, AllowedBytes + file.Length);
    }

    [Theory]
    [InlineData("{{\"__metadata__\":{{{0}}}}}", "\"{0}\":\"\"")]
    [InlineData("{{\"t\":{{{0}}}}}", "\"{0}\":0")]
    [InlineData("{{\"t\":{{\"x\":{{{0}}}}}}}", "\"{0}\":0")]
    public void Millions_of_keys_that_are_no_tensors_are_refused_in_bounded_memory(string frame, string entry)
    {
        CompositeFormat format = CompositeFormat.Parse(entry);
        string keys = string.Join(",", Enumerable.Range(0, 3_000_000).Select(i => string.Format(CultureInfo.InvariantCulture, format, i)));
        byte[] file = SafeTensorsBuilder.File(string.Format(CultureInfo.InvariantCulture, CompositeFormat.Parse(frame), keys));
        string? found = null;
        Assert.InRange(AllocatedBy(() => found = SafeTensorsTest.Fail(file).Code), 0, AllowedBytes + file.Length);
        Assert.Equal(SafeTensorsErrorCodes.Metadata, found);
    }

    private static bool IsRefused(byte[] file)
    {
        try
        {
            SafeTensorsTest.Read(file);
            return false;
        }
        catch (ModelFormatException)
        {
            return true;
        }
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
