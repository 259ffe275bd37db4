using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Hdf5;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Formats.Hdf5;

/// <summary>Single messages, written by hand after the specification.</summary>
public class Hdf5MessageTests
{
    private static readonly byte[] Int32Type = [0x10, 8, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0];

    [Fact]
    public void Nested_arrays_are_refused_beyond_a_depth()
    {
        byte[] type = Int32Type;
        for (int depth = 0; depth < 16; depth++)
        {
            type = [0x3A, 0, 0, 0, 4, 0, 0, 0, 1, 1, 0, 0, 0, .. type];
        }

        Assert.Equal(TensorDtype.I32, Hdf5DatatypeReader.Read(Block(type)).Dtype);
        byte[] deeper = [0x3A, 0, 0, 0, 4, 0, 0, 0, 1, 1, 0, 0, 0, .. type];
        AssertRefused("HDF5_DATATYPE_DEPTH", () => Hdf5DatatypeReader.Read(Block(deeper)));
    }

    [Fact]
    public void Nested_compounds_are_refused_beyond_a_depth()
    {
        byte[] type = Int32Type;
        for (int depth = 0; depth < 40; depth++)
        {
            type = [0x36, 1, 0, 0, 4, 0, 0, 0, (byte)'a', 0, 0, .. type];
        }

        AssertRefused("HDF5_DATATYPE_DEPTH", () => Hdf5DatatypeReader.Read(Block(type)));
    }

    [Fact]
    public void Datatypes_that_cannot_be_are_refused()
    {
        AssertRefused("HDF5_DATATYPE", () => Hdf5DatatypeReader.Read(Block([0x60, .. Int32Type[1..]]))); // version 6
        AssertRefused("HDF5_DATATYPE", () => Hdf5DatatypeReader.Read(Block([0x1C, .. Int32Type[1..]]))); // class 12
        AssertRefused("HDF5_DATATYPE", () => Hdf5DatatypeReader.Read(Block([0x10, 8, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0]))); // no bytes
        AssertRefused("HDF5_DATATYPE", () => Hdf5DatatypeReader.Read(Block([0x36, 1, 0, 0, 4, 0, 0, 0, (byte)'a', 0, 2, .. Int32Type])));
        AssertRefused("HDF5_DATATYPE", () => Hdf5DatatypeReader.Read(Block([0x3A, 0, 0, 0, 5, 0, 0, 0, 1, 1, 0, 0, 0, .. Int32Type])));
        AssertRefused("HDF5_DATATYPE", () => Hdf5DatatypeReader.Read(Block([0x36, 1, 0, 0, 4, 0, 0, 0, (byte)'a', (byte)'b'])));
        AssertRefused("HDF5_DATATYPE_DEPTH", () =>
            Hdf5DatatypeReader.Read(Block([0x36, 0xFF, 0xFF, 0, 4, 0, 0, 0, (byte)'a', 0, 0, .. Int32Type])));
        AssertRefused("HDF5_TRUNCATED", () => Hdf5DatatypeReader.Read(Block(Int32Type[..^1])));
    }

    [Fact]
    public void A_complex_number_of_HDF5_2_is_one()
    {
        byte[] single = [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
        Hdf5Datatype type = Hdf5DatatypeReader.Read(Block([0x5B, 1, 0, 0, 8, 0, 0, 0, .. single]));
        Assert.Equal(TensorDtype.C64, type.Dtype);
    }

    [Theory]
    [InlineData(4, 3, 7, TensorDtype.F8_E4M3)]
    [InlineData(5, 2, 15, TensorDtype.F8_E5M2)]
    [InlineData(5, 2, 16, TensorDtype.Unknown)]
    public void Floats_of_eight_bits_are_known_by_their_fields(byte exponent, byte mantissa, byte bias, TensorDtype dtype)
    {
        byte[] type = [0x11, 0x20, 7, 0, 1, 0, 0, 0, 0, 0, 8, 0, mantissa, exponent, 0, mantissa, bias, 0, 0, 0];
        Assert.Equal(dtype, Hdf5DatatypeReader.Read(Block(type)).Dtype);
    }

    [Fact]
    public void A_dataspace_of_255_dimensions_is_refused() =>
        AssertRefused("HDF5_DATASPACE", () => Hdf5Dataspace.Read(Block([1, 255, 0, 0, 0, 0, 0, 0, .. new byte[255 * 8]])));

    [Fact]
    public void A_dataspace_that_cannot_be_is_refused()
    {
        AssertRefused("HDF5_DATASPACE", () => Hdf5Dataspace.Read(Block([3, 0, 0, 0])));
        AssertRefused("HDF5_DATASPACE", () => Hdf5Dataspace.Read(Block([2, 1, 1, 1, .. Number(5), .. Number(4)]))); // longer than its most
        AssertRefused("HDF5_SHAPE_OVERFLOW", () => Hdf5Dataspace.Read(Block([2, 2, 0, 1, .. Number(1L << 40), .. Number(1L << 40)])));
        AssertRefused("HDF5_TRUNCATED", () => Hdf5Dataspace.Read(Block([2, 2, 0, 1, .. Number(1)])));
    }

    [Fact]
    public void A_dataspace_tells_a_scalar_from_nothing()
    {
        Assert.Equal(1, Hdf5Dataspace.Read(Block([2, 0, 0, 0])).Count);
        Hdf5Dataspace nothing = Hdf5Dataspace.Read(Block([2, 0, 0, 2]));
        Assert.True(nothing.IsNull);
        Assert.Equal(0, nothing.Count);
    }

    [Fact]
    public void Layouts_before_version_3_are_read()
    {
        Hdf5Layout contiguous = Hdf5Layout.Read(Block([1, 2, 1, 0, 0, 0, 0, 0, .. Number(800), 3, 0, 0, 0, 4, 0, 0, 0]));
        Assert.Equal((Hdf5LayoutClass.Contiguous, 800, -1), (contiguous.Class, contiguous.Address, contiguous.Size));
        Hdf5Layout chunked = Hdf5Layout.Read(Block([2, 3, 2, 0, 0, 0, 0, 0, .. Number(900), 3, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0]));
        Assert.Equal((Hdf5LayoutClass.Chunked, 900, 8), (chunked.Class, chunked.Address, chunked.ElementSize));
        Assert.Equal([3, 4], chunked.ChunkDimensions);
        Hdf5Layout compact = Hdf5Layout.Read(Block([1, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 7, 8]));
        Assert.Equal((Hdf5LayoutClass.Compact, 2, 1016), (compact.Class, compact.Size, compact.CompactOffset));
    }

    [Fact]
    public void Layouts_that_cannot_be_are_refused()
    {
        AssertRefused("HDF5_LAYOUT", () => Hdf5Layout.Read(Block([6, 1])));
        AssertRefused("HDF5_LAYOUT", () => Hdf5Layout.Read(Block([3, 9])));
        AssertRefused("HDF5_LAYOUT", () => Hdf5Layout.Read(Block([3, 2, 200, .. Number(1), .. new byte[800]])));
        AssertRefused("HDF5_LAYOUT", () => Hdf5Layout.Read(Block([4, 2, 0, 2, 9, .. new byte[30]])));
        AssertRefused("HDF5_LAYOUT", () => Hdf5Layout.Read(Block([4, 2, 0, 2, 1, 4, 4, 6, .. new byte[30]])));
        AssertRefused("HDF5_DATA_SIZE", () => Hdf5Layout.Read(Block([3, 0, 9, 0, 1, 2])));
    }

    [Fact]
    public void A_fill_value_of_another_length_is_refused()
    {
        AssertRefused("HDF5_FILL_VALUE", () => Fill([2, 1, 0, 1, 2, 0, 0, 0, 1, 2]));
        AssertRefused("HDF5_FILL_VALUE", () => Fill([4, 0x20]));
        Assert.Equal([1, 2, 3, 4], Fill([3, 0x20, 4, 0, 0, 0, 1, 2, 3, 4]));
        Assert.Equal([1, 2, 3, 4], Fill([1, 1, 0, 1, 4, 0, 0, 0, 1, 2, 3, 4]));
        Assert.Null(Fill([3, 0x10]));
        Assert.Null(Fill([2, 1, 0, 0]));
    }

    [Fact]
    public void A_shared_message_that_leads_nowhere_is_refused()
    {
        AssertRefused("HDF5_SHARED_MESSAGE", () => Shared([3, 1, .. Number(0)]));
        AssertRefused("HDF5_SHARED_MESSAGE", () => Shared([9, 2, .. Number(0)]));
        AssertRefused("HDF5_OBJECT_HEADER", () => Shared([3, 2, .. Number(0)]));
        AssertRefused("HDF5_ADDRESS", () => Shared([3, 2, .. Number(1 << 20)]));
    }

    [Fact]
    public void Links_of_unknown_kinds_are_refused()
    {
        AssertRefused("HDF5_LINK", () => Hdf5LinkReader.Read(Block([2, 0, 1, (byte)'a', .. Number(8)])));
        AssertRefused("HDF5_LINK", () => Hdf5LinkReader.Read(Block([1, 8, 5, 1, (byte)'a', .. Number(8)])));
        AssertRefused("HDF5_LINK_EXTERNAL", () => Hdf5LinkReader.Read(Block([1, 8, 65, 1, (byte)'a', 0, 0])));
        AssertRefused("HDF5_LINK_NAME", () => Hdf5LinkReader.Read(Block([1, 0, 0, .. Number(8)])));
        AssertRefused("HDF5_LINK_NAME", () => Hdf5LinkReader.Read(Block([1, 0, 1, (byte)'.', .. Number(8)])));
        AssertRefused("HDF5_ADDRESS", () => Hdf5LinkReader.Read(Block([1, 0, 1, (byte)'a', .. Number(-1)])));
        Assert.True(Hdf5LinkReader.Read(Block([1, 8, 1, 1, (byte)'a', 1, 0, (byte)'b'])).IsSoft);
    }

    // Values of the reference code: hashlittle("Four score and seven years ago", 0) is in the comments of lookup3.c.
    [Fact]
    public void The_checksum_of_structures_is_that_of_lookup3()
    {
        Assert.Equal(0x17770551u, Hdf5Checksum.Lookup3("Four score and seven years ago"u8));
        Assert.Equal(0xDEADBEEFu, Hdf5Checksum.Lookup3([]));
    }

    [Fact]
    public void Damaged_LZF_data_are_refused()
    {
        static ModelFormatException Fail(string problem) => new("HDF5_FILTER_DATA", "x", null, problem);
        Assert.Equal("aaaaaaab"u8.ToArray(), Hdf5Lzf.Decode([0, (byte)'a', 0x80, 0, 0, (byte)'b'], 8, Fail));
        Assert.Throws<ModelFormatException>(() => Hdf5Lzf.Decode([0x80, 0], 8, Fail)); // back beyond the beginning
        Assert.Throws<ModelFormatException>(() => Hdf5Lzf.Decode([5, 1], 8, Fail)); // fewer literals than said
        Assert.Throws<ModelFormatException>(() => Hdf5Lzf.Decode([0, 1, 0xE0, 255, 0], 8, Fail)); // more than the chunk holds
        Assert.Throws<ModelFormatException>(() => Hdf5Lzf.Decode([0, 1, 0xE0], 8, Fail));
    }

    [Fact]
    public void What_fills_no_whole_value_is_not_shuffled() =>
        Assert.Equal([1, 3, 5, 2, 4, 6, 7], Hdf5FilterDecoder.Unshuffle([1, 2, 3, 4, 5, 6, 7], 3));

    private static byte[] Number(long value) => BitConverter.GetBytes(value);

    private static Hdf5Block Block(byte[] bytes)
    {
        MemoryByteSource source = new("message", new byte[4096]);
        return new Hdf5Block(new Hdf5Reader(source, new Hdf5Superblock(0, 0, 8, 8, 0), ReadLimits.Default, CancellationToken.None), bytes,
            1000);
    }

    private static byte[]? Fill(byte[] message)
    {
        Hdf5Block block = Block(message);
        return Hdf5FillValue.Read(new Hdf5ObjectHeader(0, [new Hdf5Message(Hdf5MessageType.FillValue, 0, block.Memory, 0)]),
            block.Reader, 4);
    }

    private static void Shared(byte[] message)
    {
        Hdf5Block block = Block(message);
        _ = new Hdf5Message(Hdf5MessageType.Datatype, 2, block.Memory, 0).Open(block.Reader);
    }

    private static void AssertRefused(string code, Action read) => Assert.Equal(code, Assert.Throws<ModelFormatException>(read).Code);
}
