using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>Files that are made to break readers.</summary>
public class GgufHostileTests
{
    private static readonly byte[] Data = GgufBuilder.Bytes(128);

    [Fact]
    public void An_empty_file_is_refused()
    {
        using TempFolder folder = new();
        Assert.Equal("FILE_EMPTY", Assert.Throws<ModelFormatException>(() => GgufFiles.Open(folder.Write("empty.gguf", []))).Code);
        Assert.Equal("GGUF_TRUNCATED", GgufFiles.Refusal([]).Code);
    }

    [Fact]
    public void A_file_of_one_byte_is_refused()
    {
        using TempFolder folder = new();
        string path = folder.Write("one.gguf", "G"u8);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => GgufFiles.Open(path));
        Assert.Equal("GGUF_TRUNCATED", error.Code);
        Assert.Equal(path, error.File);
        File.Delete(path); // the file was closed again
    }

    [Theory]
    [InlineData("GGUF", "GGUF_TRUNCATED")]
    [InlineData("FUGG", "GGUF_TRUNCATED")]
    [InlineData("GGUF\u0003\0\0\0", "GGUF_TRUNCATED")]
    [InlineData("GGML\u0003\0\0\0", "GGUF_MAGIC")]
    [InlineData("PK\u0003\u0004", "GGUF_MAGIC")]
    [InlineData("FUGG\0\0\0\u0004", "GGUF_VERSION")]
    [InlineData("FUGG\0\0\0\0", "GGUF_VERSION")]
    [InlineData("GGUF\0\0\0\u0004", "GGUF_VERSION")]
    [InlineData("GGUF\u0001\u0001\0\0", "GGUF_VERSION")]
    public void A_file_of_a_magic_and_little_more_is_refused(string text, string code) =>
        Assert.Equal(code, GgufFiles.Refusal(Encoding.Latin1.GetBytes(text)).Code);

    [Theory]
    [InlineData(1UL << 32)]
    [InlineData(65_536UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(100UL)] // more than the file has
    public void A_key_longer_than_allowed_or_than_the_file_is_refused(ulong length) =>
        Assert.Equal("GGUF_KEY_LENGTH", GgufFiles.Refusal(new GgufBuilder().Raw(writer =>
        {
            writer.Count(length);
            writer.Text("general.name");
        }).Build()).Code);

    [Fact]
    public void The_longest_key_is_read()
    {
        string key = new('k', 65_535);
        using ModelSource model = GgufFiles.Open(new GgufBuilder().U32(key, 1).Build());
        Assert.Equal(key, Assert.Single(model.Metadata.Metadata).Key);
    }

    [Theory]
    [InlineData(1UL << 60, "GGUF_ARRAY_LENGTH")]
    [InlineData(ulong.MaxValue, "GGUF_ARRAY_LENGTH")]
    [InlineData(67_108_865UL, "GGUF_ARRAY_LENGTH")]
    [InlineData(3UL, "GGUF_ARRAY_LENGTH")] // the file holds two
    public void An_array_longer_than_allowed_or_than_the_file_is_refused(ulong count, string code) =>
        Assert.Equal(code, GgufFiles.Refusal(new GgufBuilder { PadsTail = false }.Array("strings", 8, count, writer =>
        {
            writer.Text(string.Empty);
            writer.Text(string.Empty);
        }).Build()).Code);

    [Fact]
    public void The_limits_for_strings_and_arrays_are_those_given()
    {
        ReadLimits limits = new() { GgufStringBytes = 4, GgufArrayElements = 2 };
        byte[] file = new GgufBuilder().Text("s", "four").Array("a", 0, 2, writer => writer.Raw([1, 2])).Build();
        using ModelSource accepted = GgufFiles.Open(file, limits);
        Assert.Equal(2, accepted.Metadata.Metadata.Count);
        Assert.Equal("GGUF_STRING_LENGTH", GgufFiles.Refusal(new GgufBuilder().Text("s", "fives").Build(), limits).Code);
        byte[] longer = new GgufBuilder().Array("a", 0, 3, writer => writer.Raw([1, 2, 3])).Build();
        Assert.Equal("GGUF_ARRAY_LENGTH", GgufFiles.Refusal(longer, limits).Code);
    }

    [Theory]
    [InlineData(0)] // one that is kept
    [InlineData(300)] // one that is passed over
    public void A_string_in_an_array_that_is_longer_than_the_file_is_refused(int before) =>
        Assert.Equal("GGUF_STRING_LENGTH", GgufFiles.Refusal(new GgufBuilder().Array("strings", 8, (ulong)before + 1, writer =>
        {
            for (int i = 0; i < before; i++)
            {
                writer.Text("x");
            }

            writer.Count(1000);
        }).Build()).Code);

    [Fact]
    public void Arrays_of_arrays_are_refused_at_the_first_level() =>
        Assert.Equal("GGUF_NESTED_ARRAY", GgufFiles.Refusal(new GgufBuilder().Entry("nested", 9, writer =>
        {
            for (int depth = 0; depth < 100; depth++)
            {
                writer.U32(9);
                writer.Count(1);
            }
        }).Build()).Code);

    [Fact]
    public void An_array_of_an_unknown_type_is_refused() =>
        Assert.Equal("GGUF_VALUE_TYPE", GgufFiles.Refusal(new GgufBuilder().Array("a", 13, 0, _ => { }).Build()).Code);

    [Theory]
    [InlineData(13u)]
    [InlineData(uint.MaxValue)]
    public void A_value_of_an_unknown_type_is_refused(uint type) =>
        Assert.Equal("GGUF_VALUE_TYPE", GgufFiles.Refusal(new GgufBuilder().Entry("a", type, w => w.U64(0)).Build()).Code);

    [Fact]
    public void A_bool_of_2_is_refused()
    {
        ModelFormatException error = GgufFiles.Refusal(new GgufBuilder().Entry("b", 7, writer => writer.U8(2)).Build());
        Assert.Equal("GGUF_BOOL", error.Code);
        Assert.Equal(24 + 8 + 1 + 4, error.Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(9999)]
    public void A_bool_of_2_in_an_array_is_refused_wherever_it_is(int place)
    {
        byte[] values = new byte[10_000];
        values[place] = 2;
        ModelFormatException error = GgufFiles.Refusal(new GgufBuilder().Array("b", 7, 10_000, writer => writer.Raw(values)).Build());
        Assert.Equal("GGUF_BOOL", error.Code);
        Assert.Equal(24 + 8 + 1 + 4 + 4 + 8 + place, error.Offset);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(33u)]
    [InlineData(uint.MaxValue)]
    public void An_alignment_that_is_no_power_of_two_is_refused(uint alignment) =>
        Assert.Equal("GGUF_ALIGNMENT", GgufFiles.Refusal(new GgufBuilder().U32("general.alignment", alignment).Build()).Code);

    [Fact]
    public void An_alignment_of_another_type_is_refused()
    {
        Assert.Equal("GGUF_ALIGNMENT_TYPE", Code(new GgufBuilder().Entry("general.alignment", 10, w => w.U64(1UL << 63))));
        Assert.Equal("GGUF_ALIGNMENT_TYPE", Code(new GgufBuilder().Text("general.alignment", "32")));
        Assert.Equal("GGUF_ALIGNMENT_TYPE", Code(new GgufBuilder().Array("general.alignment", 4, 1, w => w.U32(32))));
    }

    [Fact]
    public void An_alignment_of_1_is_read_with_a_warning()
    {
        using ModelSource model = GgufFiles.Open(new GgufBuilder { Alignment = 1 }
            .Text("general.architecture", "llama").U32("general.alignment", 1).Add("a", 24, [3], [1, 2, 3]).Add("b", 24, [1], [4]).Build());
        Assert.Equal([4], GgufFiles.Content(model, model.Metadata.Tensors[1]));
        Assert.Contains("alignment is 1", Assert.Single(model.Metadata.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_would_begin_beyond_the_end_are_refused() =>
        Assert.Equal("GGUF_DATA_START", Code(new GgufBuilder().U32("general.alignment", 1u << 31).Add("a", 0, [32], Data)));

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, "GGUF_NAME_LENGTH")]
    public void A_tensor_name_has_63_bytes_at_most(int length, string? code)
    {
        GgufBuilder builder = new GgufBuilder().Add(new string('n', length), 0, [32], Data);
        if (code is not null)
        {
            Assert.Equal(code, Code(builder));
            return;
        }

        using ModelSource model = GgufFiles.Open(builder.Build());
        Assert.Equal(length, model.Metadata.Tensors[0].Name.Length);
    }

    [Fact]
    public void Longer_tensor_names_are_read_where_the_limits_say_so()
    {
        string name = new('n', 127);
        byte[] file = new GgufBuilder().Add(name, 0, [32], Data).Build();
        using ModelSource model = GgufFiles.Open(file, new ReadLimits { GgufNameBytes = 127 });
        Assert.Equal(name, model.Metadata.Tensors[0].Name);
    }

    [Fact]
    public void A_tensor_name_that_is_no_name_is_refused()
    {
        Assert.Equal("GGUF_NAME_EMPTY", Code(new GgufBuilder().Add(string.Empty, 0, [32], Data)));
        Assert.Equal("GGUF_NAME_INVALID", Code(new GgufBuilder().Add("a\0b", 0, [32], Data)));
        Assert.Equal("GGUF_NAME_INVALID", Code(new GgufBuilder().Add("a\0", 0, [32], Data)));
        Assert.Equal("GGUF_UTF8", Code(new GgufBuilder().Add([0x61, 0xFF], 0, [32], Data)));
        Assert.Equal("GGUF_UTF8", Code(new GgufBuilder().Add([0xED, 0xA0, 0x80], 0, [32], Data))); // a surrogate
        Assert.Equal("GGUF_NAME_LENGTH", Code(new GgufBuilder { HasData = false }.Add("a"u8.ToArray(), 0, [], [], nameLength: 40)));
    }

    [Fact]
    public void A_key_that_is_not_UTF8_is_refused() =>
        Assert.Equal("GGUF_UTF8", Code(new GgufBuilder().Raw(writer =>
        {
            writer.Text([0x6B, 0xC3, 0x28]);
            writer.U32(4);
            writer.U32(1);
        })));

    [Fact]
    public void A_value_that_is_not_UTF8_is_shown_with_replacement_characters()
    {
        byte[] file = new GgufBuilder().Entry("token", 8, writer => writer.Text([0x61, 0xE2, 0x96, 0x62])).Build();
        using ModelSource model = GgufFiles.Open(file);
        Assert.Equal("a\uFFFDb", model.Metadata.Metadata["token"].Scalar);
    }

    [Theory]
    [InlineData(new ulong[] { 1UL << 62, 2 }, "GGUF_SHAPE_OVERFLOW")]
    [InlineData(new ulong[] { long.MaxValue }, "GGUF_SHAPE_OVERFLOW")]
    [InlineData(new ulong[] { 1UL << 32, 1UL << 32, 0 }, "GGUF_SHAPE_OVERFLOW")]
    [InlineData(new ulong[] { 1UL << 63 }, "GGUF_DIMENSION")]
    [InlineData(new ulong[] { 1UL << 62 }, "GGUF_TENSOR_SIZE")]
    [InlineData(new ulong[] { 1, 1, 1, 1, 1 }, "GGUF_RANK")]
    public void A_shape_beyond_all_bounds_is_refused(ulong[] dimensions, string code) =>
        Assert.Equal(code, Code(new GgufBuilder().Add("a", 0, dimensions, Data)));

    [Fact]
    public void A_rank_beyond_all_bounds_is_refused() =>
        Assert.Equal("GGUF_RANK", Code(new GgufBuilder().Add("a", 0, [32], Data, rank: uint.MaxValue)));

    [Theory]
    [InlineData(12u, 255UL)]
    [InlineData(2u, 31UL)]
    [InlineData(40u, 32UL)]
    [InlineData(41u, 64UL)]
    public void A_row_that_does_not_fill_blocks_is_refused(uint type, ulong row)
    {
        Assert.Equal("GGUF_ROW_SIZE", Code(new GgufBuilder().Add("a", type, [row], Data)));
        Assert.Equal("GGUF_ROW_SIZE", Code(new GgufBuilder().Add("a", type, [row, 256], Data)));
        Assert.Equal("GGUF_ROW_SIZE", Code(new GgufBuilder().Add("a", type, [], Data)));
    }

    [Fact]
    public void A_tensor_without_dimensions_is_one_value()
    {
        using ModelSource model = GgufFiles.Open(new GgufBuilder().Add("a", 0, [], [1, 2, 3, 4]).Build());
        Assert.Equal(new TensorShape([]), model.Metadata.Tensors[0].Shape);
        Assert.Equal([1, 2, 3, 4], GgufFiles.Content(model, model.Metadata.Tensors[0]));
    }

    [Theory]
    [InlineData(4u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(5u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(31u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(32u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(33u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(36u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(37u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(38u, "GGUF_TENSOR_TYPE_REMOVED")]
    [InlineData(43u, "GGUF_TENSOR_TYPE")]
    [InlineData(uint.MaxValue, "GGUF_TENSOR_TYPE")]
    public void A_removed_or_unknown_tensor_type_is_refused(uint type, string code) =>
        Assert.Equal(code, Code(new GgufBuilder().Add("a", type, [32], Data)));

    [Theory]
    [InlineData(1UL)] // unaligned
    [InlineData(96UL)] // overlap
    [InlineData(0UL)] // the same place
    [InlineData(160UL)] // gap
    [InlineData(ulong.MaxValue - 31)] // the end wraps
    [InlineData(1UL << 63)]
    public void A_tensor_that_does_not_begin_where_the_one_before_ends_is_refused(ulong offset) =>
        Assert.Equal("GGUF_TENSOR_OFFSET", Code(new GgufBuilder().Add("a", 0, [32], Data).Add("b", 0, [32], Data, offset)));

    [Fact]
    public void Tensors_in_descending_order_are_refused() => Assert.Equal(
        "GGUF_TENSOR_OFFSET", Code(new GgufBuilder().Add("a", 0, [32], Data, offset: 128).Add("b", 0, [32], Data, offset: 0)));

    [Fact]
    public void A_tensor_beyond_the_end_of_the_file_is_refused()
    {
        byte[] file = new GgufBuilder().Add("a", 0, [32], Data).Add("b", 0, [33], Data).Build();
        ModelFormatException error = GgufFiles.Refusal(file);
        Assert.Equal("GGUF_DATA_TRUNCATED", error.Code);
        Assert.Contains("'b'", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_padding_after_the_last_tensor_may_be_absent_or_hold_anything()
    {
        GgufBuilder builder = new() { PadsTail = false };
        using ModelSource cut = GgufFiles.Open(builder.Add("a", 24, [3], [1, 2, 3]).Build());
        Assert.Equal([1, 2, 3], GgufFiles.Content(cut, cut.Metadata.Tensors[0]));
        GgufBuilder filled = new() { Filler = 0xAB };
        using ModelSource whole = GgufFiles.Open(filled.Add("a", 24, [3], [1, 2, 3]).Add("b", 24, [1], [9]).Build());
        Assert.Equal([9], GgufFiles.Content(whole, whole.Metadata.Tensors[1]));
    }

    [Fact]
    public void Bytes_after_the_last_padding_are_refused()
    {
        byte[] file = new GgufBuilder().Add("a", 24, [3], [1, 2, 3]).Build();
        ModelFormatException error = GgufFiles.Refusal([.. file, 0]);
        Assert.Equal("GGUF_TRAILING_DATA", error.Code);
        Assert.Equal(file.Length, error.Offset);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    [InlineData(4096, false)]
    public void A_file_without_tensors_ends_with_the_padding_of_its_header(int more, bool accepted)
    {
        byte[] file = [.. new GgufBuilder { PadsTail = false }.Build(), .. new byte[more]];
        if (!accepted)
        {
            Assert.Equal("GGUF_TRAILING_DATA", GgufFiles.Refusal(file).Code);
            return;
        }

        using ModelSource model = GgufFiles.Open(file);
        Assert.Empty(model.Metadata.Tensors);
    }

    [Fact]
    public void A_large_template_with_code_in_it_is_kept_as_text()
    {
        string template = "{{ ''.__class__.__mro__[1].__subclasses__() }}\u001b[2J" + new string('\u00e9', 5 * 1024 * 1024);
        using ModelSource model = GgufFiles.Open(new GgufBuilder().Text("tokenizer.chat_template", template).Build());
        Assert.Equal(template, model.Metadata.Metadata["tokenizer.chat_template"].Scalar);
    }

    [Fact]
    public void A_file_that_names_no_architecture_is_read_with_a_warning()
    {
        using ModelSource model = GgufFiles.Open(new GgufBuilder().Text("general.name", "x").Build());
        Assert.Null(model.Metadata.Architecture);
        Assert.Contains("general.architecture", Assert.Single(model.Metadata.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/dev/zero")]
    [InlineData("'; DROP TABLE Models; --")]
    [InlineData("a\u202eb\u001b[2J")]
    [InlineData("\ud83d\ude00")]
    public void A_tensor_may_have_any_name_that_is_text(string name)
    {
        using ModelSource model = GgufFiles.Open(new GgufBuilder().Add(name, 24, [1], [5]).Build());
        Assert.Equal(name, model.Metadata.Tensors[0].Name);
        Assert.Equal([5], GgufFiles.Content(model, model.Metadata.Tensors[0]));
    }

    [Fact]
    public void Names_in_messages_are_short_and_hold_no_control_characters()
    {
        string key = "k\u001b[2J\u202e" + new string('x', 1000);
        ModelFormatException error = GgufFiles.Refusal(new GgufBuilder().U32(key, 1).U32(key, 1).Build());
        Assert.Equal("GGUF_KEY_DUPLICATE", error.Code);
        Assert.Contains(@"'k\u001B[2J\u202Exxx", error.Problem, StringComparison.Ordinal);
        Assert.True(error.Problem.Length < 200, error.Problem);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void A_cancelled_opening_ends() => Assert.ThrowsAny<OperationCanceledException>(() =>
    {
        using TempFolder folder = new();
        GgufFormat format = new();
        string path = folder.Write("a.gguf", new GgufBuilder().Add("a", 0, [32], Data).Build());
        format.Open(format.Locate(path, ReadLimits.Default), ReadLimits.Default, new CancellationToken(canceled: true));
    });

    private static string Code(GgufBuilder builder) => GgufFiles.Refusal(builder.Build()).Code;
}
