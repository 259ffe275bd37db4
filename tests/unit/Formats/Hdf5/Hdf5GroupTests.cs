using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Hdf5;

/// <summary>Names, links and attributes of files that h5py wrote.</summary>
public class Hdf5GroupTests
{
    [Fact]
    public void Every_name_of_a_dataset_is_listed_and_groups_once()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("links.h5"));
        string[] names = [.. model.Metadata.Tensors.Select(tensor => tensor.Name)];
        Assert.Equal(2 + 3 + 20 + 1100 + 1, names.Length);
        Assert.Contains("alpha", names);
        Assert.Contains("zeta", names);
        Assert.Contains("ümläut/日本/x", names);
        Assert.Contains("many/w1099", names);
        Assert.Equal(
            ["2 soft links only name a path and are not followed.",
             "2 links lead to groups that are listed under another name already and are not followed again."],
            model.Metadata.Warnings);
        Assert.All(
            model.Metadata.Tensors.Where(tensor => tensor.Dtype == TensorDtype.F32),
            tensor => Assert.Equal([0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40], KerasFiles.Content(model, tensor)));
    }

    [Fact]
    public void The_order_in_which_links_were_made_is_kept_where_the_group_keeps_it()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("links.h5"));
        string[] names = [.. model.Metadata.Tensors.Select(tensor => tensor.Name)];
        Assert.Equal(["order/c", "order/a", "order/b"], names.Where(name => name.StartsWith("order/", StringComparison.Ordinal)));
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"order_many/w{i * 7 % 20}"),
            names.Where(name => name.StartsWith("order_many/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Groups_of_the_older_kind_are_listed_by_name()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("links-old.h5"));
        string[] names = [.. model.Metadata.Tensors.Select(tensor => tensor.Name)];
        Assert.Equal(302, names.Length);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(2, model.Metadata.Warnings.Count);
    }

    [Theory]
    [InlineData("attributes.h5")]
    [InlineData("attributes-latest.h5")]
    public void Attributes_become_metadata(string file)
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector(file));
        IReadOnlyDictionary<string, MetadataValue> metadata = model.Metadata.Metadata;
        Assert.Equal("2.9.0", metadata["keras_version"].Scalar);
        Assert.Equal("tensorflow", metadata["backend"].Scalar);
        Assert.Equal((-5L, "I64"), (metadata["int"].Scalar, metadata["int"].Type));
        Assert.Equal(0.5f, metadata["float"].Scalar);
        Assert.Equal(true, metadata["flag"].Scalar);
        Assert.Equal(ulong.MaxValue, metadata["u64"].Scalar);
        Assert.Equal([1L, 2L, 3L], metadata["big"].Items!);
        Assert.Equal(["a", "bb"], metadata["texts"].Items!);
        Assert.Equal((300, 256), (metadata["many"].Count, metadata["many"].Items!.Count));
        Assert.DoesNotContain("none", metadata.Keys);
        Assert.DoesNotContain("ref", metadata.Keys);
    }

    [Theory]
    [InlineData("attributes.h5")]
    [InlineData("attributes-latest.h5")]
    public void Layer_names_split_over_several_attributes_are_one_list(string file)
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector(file));
        Assert.Equal(["layer0", "layer1", "layer2", "layer3", "layer4", "layer5"], model.Metadata.Metadata["layer_names"].Items!);
        Assert.DoesNotContain("layer_names0", model.Metadata.Metadata.Keys);
    }

    [Fact]
    public void Parts_of_a_list_outside_the_header_are_put_in_their_order()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("dense-names.h5"));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => $"layer{i}"), model.Metadata.Metadata["layer_names"].Items!);
        Assert.Equal("Keras HDF5 weights", model.Metadata.Variant);
    }

    [Fact]
    public void A_text_longer_than_any_block_of_a_heap_is_read_and_cut()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("attributes-latest.h5"));
        string text = (string)model.Metadata.Metadata["long"].Scalar!;
        Assert.Equal(new string('x', 65_536) + "…", text);
    }

    [Fact]
    public void What_is_no_number_is_left_out_and_counted()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("types.h5"));
        Assert.Equal(
            ["8 datasets hold no numbers that tensors have (text, references, compounds) and are left out."], model.Metadata.Warnings);
        Assert.Equal("HDF5", model.Metadata.Variant);
    }

    [Fact]
    public void What_lies_in_one_run_says_so_and_where()
    {
        byte[] file = KerasFiles.Vector("types.h5");
        using ModelSource model = KerasFiles.Open(file);
        foreach (TensorInfo tensor in model.Metadata.Tensors.Where(tensor => tensor.IsContiguous))
        {
            using MemoryByteSource stored = new("stored", file.AsMemory((int)tensor.Offset, (int)tensor.SizeBytes));
            using ByteSource turned = tensor.ByteOrder == ByteOrder.Little ? stored
                : new ByteOrderByteSource(stored, tensor.Dtype.Layout());
            byte[] bytes = new byte[turned.Length];
            turned.ReadExactly(0, bytes);
            Assert.Equal(KerasFiles.Content(model, tensor), bytes);
        }

        Assert.Equal(
            ["big_chunked", "big_fill"],
            model.Metadata.Tensors.Where(tensor => !tensor.IsContiguous).Select(tensor => tensor.Name));
    }
}
