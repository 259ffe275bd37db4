using System.Buffers.Binary;
using System.Globalization;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>Checkpoints that are not as they should be: each ends in the error that names what is wrong.</summary>
public class BundleHostileTests
{
    [Fact]
    public void A_file_without_a_footer_is_refused()
    {
        Dictionary<string, byte[]> files = Small().Build();
        byte[] index = files["ckpt.index"];
        files["ckpt.index"] = index[..47];
        Assert.Equal(TensorFlowErrorCodes.TableSize, Refusal(files).Code);
        files["ckpt.index"] = [.. index[..^1], 0];
        Assert.Equal(TensorFlowErrorCodes.TableMagic, Refusal(files).Code);
        files["ckpt.index"] = [.. Enumerable.Repeat((byte)0xFF, 40), .. index[^8..]];
        Assert.Equal(TensorFlowErrorCodes.BlockHandle, Refusal(files).Code);
    }

    [Theory]
    [InlineData(0UL, 1000UL)]
    [InlineData(1000UL, 1UL)]
    [InlineData(ulong.MaxValue, 1UL)]
    [InlineData((ulong)long.MaxValue, (ulong)long.MaxValue)]
    [InlineData(1UL, ulong.MaxValue)]
    public void Blocks_beyond_the_file_are_refused(ulong offset, ulong length) => AssertTable(
        TensorFlowErrorCodes.BlockHandle, new TableBuilder { Handle = _ => (offset, length) });

    [Fact]
    public void A_block_that_is_named_twice_is_refused()
    {
        (ulong Offset, ulong Length)? first = null;
        AssertTable(TensorFlowErrorCodes.BlockHandle, new TableBuilder { BlockEntries = 1, Handle = handle => first ??= handle });
    }

    [Fact]
    public void A_block_over_the_limit_is_refused() =>
        Assert.Equal(
            TensorFlowErrorCodes.BlockSize,
            TensorFlowFiles.BundleRefusal(Small(), new ReadLimits { TensorFlowBlockBytes = 20 }).Code);

    [Fact]
    public void A_block_with_a_wrong_checksum_is_refused()
    {
        Dictionary<string, byte[]> files = Small().Build();
        files["ckpt.index"][5] ^= 1;
        Assert.Equal(TensorFlowErrorCodes.BlockChecksum, Refusal(files).Code);
    }

    [Fact]
    public void An_unknown_compression_is_refused() =>
        AssertTable(TensorFlowErrorCodes.BlockCompression, new TableBuilder { Stored = stored => [.. stored[..^1], 2] });

    [Fact]
    public void A_Snappy_bomb_is_refused_before_memory_is_taken()
    {
        TableBuilder table = new() { Stored = stored => [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, .. stored[..^1], 1] };
        Dictionary<string, byte[]> files = Small(table).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(SnappyErrorCodes.TooLarge, Refusal(files).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(0, 200, TensorFlowErrorCodes.KeyPrefix)] // shared, of the first key
    [InlineData(1, 120, TensorFlowErrorCodes.BlockEntry)] // bytes of its own
    [InlineData(2, 127, TensorFlowErrorCodes.BlockEntry)] // bytes of its value
    [InlineData(2, 255, TensorFlowErrorCodes.BlockEntry)] // no end of the number
    public void Entries_that_lie_about_their_lengths_are_refused(int at, byte value, string code) => AssertTable(code, new TableBuilder
    {
        Content = content =>
        {
            content[at] = value;
            return at == 0 ? [value, 1, .. content[1..]] : content;
        },
    });

    [Theory]
    [InlineData(0u)]
    [InlineData(1u << 31)]
    [InlineData(uint.MaxValue)]
    [InlineData(1000u)]
    public void Numbers_of_restart_points_beyond_the_block_are_refused(uint count) => AssertTable(
        TensorFlowErrorCodes.BlockRestarts, new TableBuilder { Content = content => Patch(content, content.Length - 4, count) });

    [Theory]
    [InlineData(1u)]
    [InlineData(0x7FFFFFFFu)]
    public void Restart_points_that_are_no_entries_are_refused(uint place) => AssertTable(
        TensorFlowErrorCodes.BlockRestarts, new TableBuilder { Content = content => Patch(content, content.Length - 8, place) });

    [Fact]
    public void Keys_that_do_not_rise_are_refused()
    {
        TableBuilder table = new();
        byte[] header = new ProtobufBuilder().Varint(1, 1).Build();
        byte[] index = table.Add([], header).Add("b"u8, []).Add("a"u8, []).Build();
        Assert.Equal(TensorFlowErrorCodes.KeyOrder, Refusal(new Dictionary<string, byte[]> { ["ckpt.index"] = index }).Code);
    }

    [Fact]
    public void A_table_without_a_header_is_refused()
    {
        byte[] index = new TableBuilder().Add("a"u8, []).Build();
        Assert.Equal(TensorFlowErrorCodes.BundleHeader, Refusal(new Dictionary<string, byte[]> { ["ckpt.index"] = index }).Code);
        index = new TableBuilder().Build();
        Assert.Equal(TensorFlowErrorCodes.BundleHeader, Refusal(new Dictionary<string, byte[]> { ["ckpt.index"] = index }).Code);
    }

    [Theory]
    [InlineData(0, 0, 0, TensorFlowErrorCodes.BundleHeader)]
    [InlineData(-1, 0, 0, TensorFlowErrorCodes.BundleHeader)]
    [InlineData(1, 2, 0, TensorFlowErrorCodes.BundleHeader)]
    [InlineData(1, 0, 2, TensorFlowErrorCodes.BundleVersion)]
    [InlineData(int.MaxValue, 0, 0, TensorFlowErrorCodes.ShardMissing)]
    public void Headers_that_cannot_be_are_refused(int shards, int order, int minConsumer, string code)
    {
        ProtobufBuilder header = new ProtobufBuilder().Varint(1, shards).Varint(2, order).Message(3, version => version.Varint(2, minConsumer));
        Assert.Equal(code, TensorFlowFiles.BundleRefusal(new BundleBuilder { Header = header }).Code);
    }

    [Fact]
    public void A_checkpoint_of_version_1_is_named()
    {
        ProtobufBuilder header = new ProtobufBuilder().Message(1, meta => meta.Message(1, tensor => tensor.Text(1, "a")));
        Assert.Equal(TensorFlowErrorCodes.CheckpointV1, TensorFlowFiles.BundleRefusal(new BundleBuilder { Header = header }).Code);
    }

    [Theory]
    [InlineData(1, 0, TensorFlowErrorCodes.Dtype)]
    [InlineData(1, 34, TensorFlowErrorCodes.Dtype)]
    [InlineData(1, 101, TensorFlowErrorCodes.Dtype)]
    [InlineData(3, 1, TensorFlowErrorCodes.ShardId)]
    [InlineData(3, -1, TensorFlowErrorCodes.ShardId)]
    [InlineData(4, 5, TensorFlowErrorCodes.TensorOffset)]
    [InlineData(4, long.MaxValue, TensorFlowErrorCodes.TensorOffset)]
    [InlineData(4, -1, TensorFlowErrorCodes.TensorOffset)]
    [InlineData(5, 9, TensorFlowErrorCodes.TensorOffset)]
    [InlineData(5, -4, TensorFlowErrorCodes.TensorOffset)]
    [InlineData(5, 3, TensorFlowErrorCodes.TensorSize)]
    public void Entries_that_do_not_fit_are_refused(int field, long value, string code) => Assert.Equal(
        code, TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a", 1, [2], new byte[8], change: entry => entry.Varint(field, value))).Code);

    [Theory]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(29)]
    public void Tensors_of_other_things_than_numbers_are_counted_and_passed_over(int dtype)
    {
        using ModelSource model = TensorFlowFiles.Bundle(new BundleBuilder().Add("a", dtype, [2], new byte[8]).Add("b", 4, [1], [7]));
        Assert.Equal("b", Assert.Single(model.Metadata.Tensors).Name);
        Assert.Single(model.Metadata.Warnings);
    }

    [Fact]
    public void Shapes_that_no_values_have_are_refused()
    {
        Assert.Equal(TensorFlowErrorCodes.Shape, TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a", 1, [-1], [])).Code);
        Assert.Equal(
            TensorFlowErrorCodes.Shape,
            TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a", 1, [1L << 40, 1L << 40], [])).Code);
        Assert.Equal(TensorFlowErrorCodes.Shape, TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a", 1, [1L << 62], [])).Code);
        Assert.Equal(TensorFlowErrorCodes.Rank, TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a", 1, new long[65], [])).Code);
    }

    [Fact]
    public void Tensors_that_share_bytes_are_refused() => Assert.Equal(
        TensorFlowErrorCodes.Overlap,
        TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a", 4, [8], new byte[8]).Add("b", 4, [8], new byte[8], change: entry => entry.Varint(4, 7))).Code);

    [Fact]
    public void A_damaged_entry_is_refused() => Assert.Equal(
        TensorFlowErrorCodes.BundleEntry, TensorFlowFiles.BundleRefusal(new BundleBuilder().Entry("a"u8.ToArray(), new ProtobufBuilder().Raw(0x0B))).Code);

    [Fact]
    public void Keys_that_are_no_names_are_refused()
    {
        Assert.Equal(TensorFlowErrorCodes.Key, TensorFlowFiles.BundleRefusal(new BundleBuilder().Add([0xFF, 0xFE], 4, [1], [1])).Code);
        Assert.Equal(TensorFlowErrorCodes.Key, TensorFlowFiles.BundleRefusal(new BundleBuilder().Add("a\0b", 4, [1], [1])).Code);
        Assert.Equal(
            TensorFlowErrorCodes.Key,
            TensorFlowFiles.BundleRefusal(new BundleBuilder().Add(new string('a', 65_537), 4, [1], [1])).Code);
    }

    [Fact]
    public void Slices_that_do_not_make_up_their_variable_are_refused()
    {
        byte[] first = [0, (byte)'v', 0, 1, 1, 1, 0x80, 0x82];
        byte[] second = [0, (byte)'v', 0, 1, 1, 1, 0x82, 0x82];
        byte[] across = [0, (byte)'v', 0, 1, 1, 1, 0x81, 0x82];
        BundleBuilder gap = new BundleBuilder().Sliced("v", 4, [4], [(0, 2)]).Add(first, 4, [2], [1, 2]);
        BundleBuilder overlap = new BundleBuilder().Sliced("v", 4, [4], [(0, 2)], [(1, 2)]).Add(first, 4, [2], [1, 2]).Add(across, 4, [2], [1, 2]);
        BundleBuilder missing = new BundleBuilder().Sliced("v", 4, [4], [(0, 2)], [(2, 2)]).Add(first, 4, [2], [1, 2]);
        BundleBuilder other = new BundleBuilder().Sliced("v", 4, [4], [(0, 2)], [(2, 2)]).Add(first, 4, [2], [1, 2]).Add(second, 6, [2], [1, 2]);
        BundleBuilder outside = new BundleBuilder().Sliced("v", 4, [3], [(0, 2)], [(2, 2)]).Add(first, 4, [2], [1, 2]).Add(second, 4, [2], [1, 2]);
        BundleBuilder rank = new BundleBuilder().Sliced("v", 4, [4, 1], [(0, 2)], [(2, 2)]).Add(first, 4, [2], [1, 2]).Add(second, 4, [2], [1, 2]);
        foreach (BundleBuilder bundle in (BundleBuilder[])[gap, overlap, missing, other, outside, rank])
        {
            Assert.Equal(TensorFlowErrorCodes.Slices, TensorFlowFiles.BundleRefusal(bundle).Code);
        }
    }

    [Fact]
    public void Many_tensors_are_refused_within_the_memory_for_headers()
    {
        byte[] entry = new ProtobufBuilder().Varint(1, 1).Message(2, BundleBuilder.Shape(0)).Build();
        TableBuilder table = new TableBuilder().Add([], new ProtobufBuilder().Varint(1, 1).Build());
        for (int i = 0; i < 150_000; i++)
        {
            table.Add(System.Text.Encoding.ASCII.GetBytes(i.ToString("D6", CultureInfo.InvariantCulture)), entry);
        }

        byte[] index = table.Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFormatException error = Refusal(new Dictionary<string, byte[]> { ["ckpt.index"] = index, ["ckpt.data-00000-of-00001"] = [] });
        Assert.Equal(TensorFlowErrorCodes.HeaderMemory, error.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64L * 1024 * 1024) + index.Length);
    }

    private static BundleBuilder Small(TableBuilder? table = null) =>
        new BundleBuilder { Table = table ?? new TableBuilder() }.Add("a", 1, [2], new byte[8]).Add("ab", 1, [1], new byte[4]);

    private static void AssertTable(string code, TableBuilder table) =>
        Assert.Equal(code, TensorFlowFiles.BundleRefusal(Small(table)).Code);

    private static ModelFormatException Refusal(Dictionary<string, byte[]> files) =>
        Assert.Throws<ModelFormatException>(() => TensorFlowFiles.Open(files));

    private static byte[] Patch(byte[] content, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(at), value);
        return content;
    }
}
