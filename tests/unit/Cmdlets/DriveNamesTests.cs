using Hartonomous.Commands;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Tests.Cmdlets;

public class DriveNamesTests
{
    [Theory]
    [InlineData("blk.0.attn_q.weight", "blk.0|attn_q.weight")]
    [InlineData("output.weight", "output.weight")]
    [InlineData("model.layers.10.self_attn.q_proj.weight", "model.layers.10|self_attn.q_proj.weight")]
    [InlineData("down_blocks.0.attentions.1.norm.bias", "down_blocks.0|attentions.1|norm.bias")]
    [InlineData("dense/kernel", "dense|kernel")]
    [InlineData("block_1/conv.2.w/kernel:0", "block_1|conv.2|w|kernel:0")]
    [InlineData("0.weight", "0|weight")]
    [InlineData("running.0", "running.0")]
    [InlineData("a//b", "a|%|b")]
    [InlineData("a/../b", "a|%2E%2E|b")]
    [InlineData(@"a\b", "a%5Cb")]
    [InlineData("100%41", "100%2541")]
    [InlineData("metadata", "%6Detadata")]
    public void A_tensor_stands_in_the_groups_that_its_name_speaks_of(string name, string expected) =>
        Assert.Equal(expected.Split('|'), DriveNames.Path(name));

    [Theory]
    [InlineData("llama", "llama")]
    [InlineData("org/model", "org%2Fmodel")]
    [InlineData("@lab", "%40lab")]
    [InlineData("it's a [v2] copy", "it's a [v2] copy")]
    [InlineData("a\tb", "a%09b")]
    public void A_name_is_one_part_of_a_path(string name, string expected) => Assert.Equal(expected, DriveNames.Escape(name));

    [Fact]
    public void Groups_come_in_their_natural_order_and_before_tensors()
    {
        DriveNode root = DriveNode.Of([Tensor("output.weight"), Tensor("blk.10.w"), Tensor("blk.2.w"), Tensor("blk.2.b"), Tensor("blk.1.w")]);
        Assert.Equal(["blk.1", "blk.2", "blk.10", "output.weight"], root.Children.Select(child => child.Name));
        DriveNode second = root.Find("BLK.2")!;
        Assert.Equal(["w", "b"], second.Children.Select(child => child.Name));
        Assert.Equal("blk.2.", second.Prefix);
        Assert.Equal(2, second.TensorCount);
        Assert.Equal(8, second.ElementCount);
        Assert.Equal(32, second.SizeBytes);
    }

    [Fact]
    public void A_tensor_that_is_called_as_a_group_is_there_as_well()
    {
        Assert.Equal(["a", "a~2"], DriveNode.Of([Tensor("a/b"), Tensor("a")]).Children.Select(child => child.Name));
        Assert.Equal(["a", "a~2"], DriveNode.Of([Tensor("a"), Tensor("a/b")]).Children.Select(child => child.Name));
    }

    [Theory]
    [InlineData("blk.2", "blk.10", -1)]
    [InlineData("blk.10", "blk.10", 0)]
    [InlineData("a", "b", -1)]
    [InlineData("a2b", "a2", 1)]
    [InlineData("007", "7", -1)]
    [InlineData("99999999999999999999999", "100000000000000000000000", -1)]
    public void Numbers_in_names_compare_by_their_values(string first, string second, int expected)
    {
        Assert.Equal(expected, Math.Sign(NaturalOrder.Comparer.Compare(first, second)));
        Assert.Equal(-expected, Math.Sign(NaturalOrder.Comparer.Compare(second, first)));
    }

    private static StoredTensor Tensor(string name) => new()
    {
        TensorAtomId = 1,
        Model = "m",
        Info = new TensorInfo
        {
            Name = name,
            Shape = new TensorShape(4),
            Dtype = TensorDtype.F32,
            File = "m.safetensors",
            Offset = 0,
            SizeBytes = 16,
        },
    };
}
