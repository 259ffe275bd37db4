using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>Checkpoints: names, shards, byte orders, checksums, partitioned variables.</summary>
public class BundleTests
{
    private static readonly byte[] Bytes24 = [.. Enumerable.Range(1, 24).Select(i => (byte)i)];

    [Theory]
    [InlineData(false, 1000)]
    [InlineData(true, 1000)]
    [InlineData(true, 3)]
    public void Variables_of_several_shards_are_read_in_the_order_of_their_keys(bool isCompressed, int blockEntries)
    {
        BundleBuilder bundle = new(2) { Table = new TableBuilder { IsCompressed = isCompressed, BlockEntries = blockEntries, RestartInterval = 2 } };
        bundle.Add("dense/kernel/.ATTRIBUTES/VARIABLE_VALUE", 1, [2, 3], Bytes24, shard: 1)
            .Add("dense/bias/.ATTRIBUTES/VARIABLE_VALUE", 1, [3], Bytes24[..12])
            .Add("layer_1/attention/query", 19, [4], Bytes24[..8], shard: 1)
            .Add("empty", 1, [0, 5], [])
            .Add("step", 9, [], Bytes24[..8])
            .Add("flag", 10, [1], [1])
            .Add("_CHECKPOINTABLE_OBJECT_GRAPH", 7, [], [3, 1, 2, 3, 4, 65, 66, 67]);
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        Assert.Equal(
            ["dense/bias", "dense/kernel", "empty", "flag", "layer_1/attention/query", "step"],
            model.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(["F32", "F32", "F32", "BOOL", "F16", "I64"], model.Metadata.Tensors.Select(tensor => tensor.Dtype.ToString()));
        TensorInfo kernel = model.Tensor("dense/kernel");
        Assert.Equal(("[2, 3]", "ckpt.data-00001-of-00002", 0L, true), (kernel.Shape.ToString(), kernel.File, kernel.Offset, kernel.IsContiguous));
        Assert.Equal(Bytes24, model.Content(kernel));
        Assert.Equal(Bytes24[..8], model.Content("layer_1/attention/query"));
        Assert.Empty(model.Content("empty"));
        Assert.Equal(LayerType.Attention, model.Tensor("layer_1/attention/query").LayerType);
        Assert.Equal(6 + 3 + 4 + 1 + 1, model.Metadata.ParameterCount);
        Assert.Equal(("TensorBundle checkpoint", 2L), (model.Metadata.Variant, model.Metadata.Metadata["checkpoint.shards"].Scalar));
        Assert.Contains("1 tensor of DT_STRING", Assert.Single(model.Metadata.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_a_big_endian_checkpoint_are_turned()
    {
        BundleBuilder bundle = new BundleBuilder { IsBigEndian = true }.Add("a", 1, [2], [0x3F, 0, 0, 0, 0x40, 0, 0, 0]).Add("b", 4, [2], [1, 2]);
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        Assert.Equal(ByteOrder.Big, model.Tensor("a").ByteOrder);
        Assert.Equal(GraphBuilder.Floats(0.5f, 2), model.Content("a"));
        Assert.Equal([1, 2], model.Content("b"));
    }

    [Fact]
    public void A_name_that_stands_for_two_keys_stays_whole_for_the_second()
    {
        BundleBuilder bundle = new BundleBuilder().Add("a", 4, [1], [1]).Add("a/.ATTRIBUTES/VARIABLE_VALUE", 4, [1], [2]);
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        Assert.Equal([1], model.Content("a"));
        Assert.Equal([2], model.Content("a/.ATTRIBUTES/VARIABLE_VALUE"));
    }

    // A [2, 3] variable of bytes in two columns [2, 1] and [2, 2].
    [Fact]
    public void A_partitioned_variable_is_put_together()
    {
        BundleBuilder bundle = new BundleBuilder(2)
            .Sliced("v", 4, [2, 3], [(0, -1), (0, 1)], [(0, -1), (1, 2)])
            .Add([0, (byte)'v', 0, 1, 1, 2, 0x80, 0x7F, 0x80, 0x81], 4, [2, 1], [10, 40])
            .Add([0, (byte)'v', 0, 1, 1, 2, 0x80, 0x7F, 0x81, 0x82], 4, [2, 2], [20, 30, 50, 60], shard: 1);
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        TensorInfo tensor = Assert.Single(model.Metadata.Tensors);
        Assert.Equal(("v", "[2, 3]", 6L, false), (tensor.Name, tensor.Shape.ToString(), tensor.SizeBytes, tensor.IsContiguous));
        Assert.Equal([10, 20, 30, 40, 50, 60], model.Content(tensor));
    }

    [Fact]
    public void Slices_of_a_variable_of_three_dimensions_are_read_from_any_place()
    {
        // [4, 2, 3] of 16-bit values in slices [1, :, :] and [3, :, :].
        byte[] whole = [.. Enumerable.Range(0, 48).Select(i => (byte)i)];
        BundleBuilder bundle = new BundleBuilder()
            .Sliced("v", 5, [4, 2, 3], [(0, 1), (0, -1), (0, -1)], [(1, 3), (0, -1), (0, -1)])
            .Add([0, (byte)'v', 0, 1, 1, 3, 0x80, 0x81, 0x80, 0x7F, 0x80, 0x7F], 5, [1, 2, 3], whole[..12])
            .Add([0, (byte)'v', 0, 1, 1, 3, 0x81, 0x83, 0x80, 0x7F, 0x80, 0x7F], 5, [3, 2, 3], whole[12..]);
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        using ByteSource content = model.OpenTensor(model.Tensor("v"));
        for (int offset = 0; offset < whole.Length; offset++)
        {
            for (int length = 1; length <= whole.Length - offset; length += 5)
            {
                byte[] read = new byte[length];
                content.ReadExactly(offset, read);
                Assert.Equal(whole[offset..(offset + length)], read);
            }
        }
    }

    // The numbers are the examples of tensorflow/core/lib/strings/ordered_code.cc.
    [Fact]
    public void Keys_of_slices_are_in_the_order_preserving_code()
    {
        string key = SliceKey.Encode("a\0\u00FF", [new SliceExtent(0x424242, -0x800), new SliceExtent(-1, 63), new SliceExtent(64, -65)]);
        Assert.Equal("00" + "6100FFFF00" + "0001" + "0103" + "F0424242" + "3800" + "7F" + "BF" + "C040" + "3FBF", Convert.ToHexString(Encoding.Latin1.GetBytes(key)));
    }

    [Fact]
    public void A_wrong_checksum_is_found_when_the_tensor_has_been_read_in_order()
    {
        BundleBuilder bundle = new BundleBuilder().Add("good", 4, [8], Bytes24[..8])
            .Add("wrong", 4, [8], Bytes24[..8], change: entry => entry.Tag(6, 5).Raw(1, 2, 3, 4));
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        Assert.Equal(Bytes24[..8], model.Content("good"));
        using ByteSource wrong = model.OpenTensor(model.Tensor("wrong"));
        byte[] half = new byte[4];
        wrong.ReadExactly(4, half); // alone, nothing can be said of it
        wrong.ReadExactly(0, half);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => wrong.ReadExactly(4, half));
        Assert.Equal((TensorFlowErrorCodes.TensorChecksum, 8L), (error.Code, error.Offset));
        Assert.Throws<ModelFormatException>(() => wrong.ReadExactly(4, half));
    }

    [Fact]
    public void Chosen_variables_are_a_SafeTensors_file()
    {
        BundleBuilder bundle = new BundleBuilder { IsBigEndian = true }.Add("a", 1, [1], [0x3F, 0, 0, 0]).Add("b", 4, [2], [1, 2]);
        using ModelSource model = TensorFlowFiles.Bundle(bundle);
        using ModelSource chosen = new TensorFlowFormat().SelectTensors(model, [model.Tensor("a")], ReadLimits.Default);
        Assert.Equal(ModelFormat.SafeTensors, chosen.Metadata.Format);
        Assert.Equal(GraphBuilder.Floats(0.5f), chosen.Content("a"));
    }
}
