using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Protobuf;

/// <summary>The wire format, by the examples of protobuf.dev/programming-guides/encoding and by messages that break it.</summary>
public sealed class ProtobufReaderTests
{
    [Fact]
    public void A_number_is_read_as_the_specification_shows_it()
    {
        ProtobufReader reader = Reader([0x08, 0x96, 0x01]);
        Assert.True(reader.Next());
        Assert.Equal((1, ProtobufWireType.Varint, 150L), (reader.Field, reader.WireType, reader.GetInt64()));
        Assert.False(reader.Next());
    }

    [Fact]
    public void A_text_is_read_as_the_specification_shows_it()
    {
        ProtobufReader reader = Reader([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
        Assert.True(reader.Next());
        Assert.Equal((2, new ProtobufRange(2, 7), "testing"), (reader.Field, reader.GetRange(), reader.GetText(7)));
        Assert.True(reader.ContentEquals(reader.GetRange(), "testing"u8));
        Assert.False(reader.ContentEquals(reader.GetRange(), "testinG"u8));
    }

    [Fact]
    public void A_message_in_a_message_is_read_as_the_specification_shows_it()
    {
        ProtobufReader reader = Reader([0x1a, 0x03, 0x08, 0x96, 0x01, 0x20, 0x05]);
        Assert.True(reader.Next());
        reader.Enter();
        Assert.True(reader.Next());
        Assert.Equal((1, 150L, 1), (reader.Field, reader.GetInt64(), reader.Depth));
        Assert.False(reader.Next());
        reader.Leave();
        Assert.True(reader.Next());
        Assert.Equal((4, 5L, 0), (reader.Field, reader.GetInt64(), reader.Depth));
    }

    [Fact]
    public void Packed_numbers_are_read_as_the_specification_shows_them()
    {
        ProtobufReader reader = Reader([0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05]);
        Assert.True(reader.Next());
        reader.Enter();
        List<ulong> numbers = [];
        while (reader.HasMore)
        {
            numbers.Add(reader.ReadVarint());
        }

        Assert.Equal([3, 270, 86942], numbers);
    }

    [Theory]
    [InlineData(0L, "00")]
    [InlineData(127L, "7F")]
    [InlineData(128L, "8001")]
    [InlineData(300L, "AC02")]
    [InlineData(-1L, "FFFFFFFFFFFFFFFFFF01")]
    [InlineData(-2L, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "80808080808080808001")]
    [InlineData(0L, "8000")]
    [InlineData(1L, "81808080808080808000")]
    public void Numbers_have_the_values_of_their_seven_bit_groups(long value, string bytes)
    {
        ProtobufReader reader = Reader([0x08, .. Convert.FromHexString(bytes)]);
        Assert.True(reader.Next());
        Assert.Equal(value, reader.GetInt64());
        Assert.Equal((int)value, reader.GetInt32());
        Assert.Equal(value != 0, reader.GetBool());
    }

    [Fact]
    public void Fixed_numbers_are_little_endian()
    {
        ProtobufReader reader = Reader([0x0d, 0x00, 0x00, 0x80, 0x3f, 0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
        Assert.True(reader.Next());
        Assert.Equal(1f, BitConverter.UInt32BitsToSingle(reader.GetFixed32()));
        Assert.True(reader.Next());
        Assert.Equal(1d, BitConverter.UInt64BitsToDouble(reader.GetFixed64()));
    }

    [Fact]
    public void A_field_longer_than_two_to_the_32_is_passed_over()
    {
        const long Weights = 5_000_000_000;
        byte[] head = [0x0a, .. ProtobufBuilder.VarintBytes(Weights)];
        using ConcatenatedByteSource source = new(
            "large", [new MemoryByteSource("head", head), new EmptySpace(Weights), new MemoryByteSource("tail", new byte[] { 0x10, 0x2a })]);
        ProtobufReader reader = new(source);
        Assert.True(reader.Next());
        Assert.Equal(new ProtobufRange(head.Length, Weights), reader.GetRange());
        Assert.True(reader.Next());
        Assert.Equal(42, reader.GetInt64());
        Assert.False(reader.Next());
    }

    [Fact]
    public void A_range_noted_earlier_can_be_entered_later()
    {
        byte[] message = new ProtobufBuilder().Message(1, inner => inner.Varint(3, 7)).Bytes(2, new byte[20_000]).Varint(4, 9).Build();
        ProtobufReader reader = Reader(message);
        Assert.True(reader.Next());
        ProtobufRange noted = reader.GetRange();
        Assert.True(reader.Next());
        Assert.True(reader.Next());
        reader.Enter(noted);
        Assert.True(reader.Next());
        Assert.Equal((3, 7L), (reader.Field, reader.GetInt64()));
        reader.Leave();
        Assert.False(reader.Next());
        reader.MoveTo(0);
        Assert.True(reader.Next());
        Assert.Equal(1, reader.Field);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.MoveTo(message.Length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Enter(new ProtobufRange(0, message.Length + 1)));
    }

    [Fact]
    public void A_part_of_a_source_can_be_the_message()
    {
        ProtobufReader reader = new(new MemoryByteSource("part", new byte[] { 0xFF, 0x08, 0x01, 0xFF }), new ProtobufRange(1, 2));
        Assert.True(reader.Next());
        Assert.Equal(1, reader.GetInt64());
        Assert.False(reader.Next());
    }

    [Theory]
    [InlineData("08", "PROTOBUF_TRUNCATED")]
    [InlineData("80", "PROTOBUF_TRUNCATED")]
    [InlineData("0880", "PROTOBUF_TRUNCATED")]
    [InlineData("0D000000", "PROTOBUF_TRUNCATED")]
    [InlineData("0900000000000000", "PROTOBUF_TRUNCATED")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01", "PROTOBUF_VARINT")]
    [InlineData("0880808080808080808002", "PROTOBUF_VARINT")]
    [InlineData("0880808080808080808080", "PROTOBUF_VARINT")]
    [InlineData("0001", "PROTOBUF_FIELD_NUMBER")]
    [InlineData("80808080808001", "PROTOBUF_FIELD_NUMBER")]
    [InlineData("8080808010", "PROTOBUF_FIELD_NUMBER")]
    [InlineData("0B", "PROTOBUF_GROUP")]
    [InlineData("0C", "PROTOBUF_GROUP")]
    [InlineData("0E", "PROTOBUF_WIRE_TYPE")]
    [InlineData("0F", "PROTOBUF_WIRE_TYPE")]
    [InlineData("0A01", "PROTOBUF_LENGTH")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "PROTOBUF_LENGTH")]
    [InlineData("0AFFFFFFFFFFFFFFFF7F", "PROTOBUF_LENGTH")]
    public void A_broken_field_is_refused(string bytes, string code)
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => Reader(Convert.FromHexString(bytes)).Next());
        Assert.Equal((code, "message"), (error.Code, error.File));
        Assert.NotNull(error.Offset);
    }

    [Fact]
    public void The_highest_field_number_is_read()
    {
        ProtobufReader reader = Reader(new ProtobufBuilder().Varint((1 << 29) - 1, 1).Build());
        Assert.True(reader.Next());
        Assert.Equal(536_870_911, reader.Field);
    }

    [Fact]
    public void A_length_is_held_against_the_message_around_it_not_against_the_file()
    {
        ProtobufReader reader = Reader([0x0a, 0x02, 0x0a, 0x01, 0x00]);
        Assert.True(reader.Next());
        reader.Enter();
        Assert.Equal("PROTOBUF_LENGTH", Assert.Throws<ModelFormatException>(() => reader.Next()).Code);
    }

    [Fact]
    public void A_number_that_goes_on_behind_its_message_is_refused()
    {
        ProtobufReader reader = Reader([0x0a, 0x02, 0x08, 0x80, 0x01]);
        Assert.True(reader.Next());
        reader.Enter();
        Assert.Equal("PROTOBUF_TRUNCATED", Assert.Throws<ModelFormatException>(() => reader.Next()).Code);
    }

    [Fact]
    public void A_field_of_another_wire_type_is_refused_when_it_is_asked_for()
    {
        ProtobufReader reader = Reader([0x08, 0x01]);
        Assert.True(reader.Next());
        Assert.All(
            new Action[] { () => reader.GetRange(), () => reader.GetText(10), reader.Enter, () => reader.GetFixed32(), () => reader.GetFixed64() },
            ask => Assert.Equal("PROTOBUF_FIELD_TYPE", Assert.Throws<ModelFormatException>(ask).Code));
        ProtobufReader text = Reader([0x0a, 0x00]);
        Assert.True(text.Next());
        Assert.Equal("PROTOBUF_FIELD_TYPE", Assert.Throws<ModelFormatException>(() => text.GetInt64()).Code);
    }

    [Fact]
    public void Messages_nested_too_deep_are_refused()
    {
        ProtobufBuilder message = new();
        for (int i = 0; i < 101; i++)
        {
            message = new ProtobufBuilder().Message(1, message);
        }

        ProtobufReader reader = Reader(message.Build());
        for (int i = 0; i < 100; i++)
        {
            Assert.True(reader.Next());
            reader.Enter();
        }

        Assert.True(reader.Next());
        Assert.Equal("PROTOBUF_DEPTH", Assert.Throws<ModelFormatException>(reader.Enter).Code);
    }

    [Fact]
    public void A_text_that_is_too_long_or_no_UTF_8_is_refused_and_its_start_can_still_be_shown()
    {
        ProtobufReader reader = Reader([0x0a, 0x04, 0x61, 0xe2, 0x82, 0xac]);
        Assert.True(reader.Next());
        Assert.Equal("PROTOBUF_TEXT_LENGTH", Assert.Throws<ModelFormatException>(() => reader.GetText(3)).Code);
        Assert.Equal("a€", reader.GetText(4));
        Assert.Equal(["", "a", "a", "a", "a€"], Enumerable.Range(0, 5).Select(max => reader.ReadTextStart(reader.GetRange(), max)));

        ProtobufReader broken = Reader([0x0a, 0x02, 0x61, 0xff]);
        Assert.True(broken.Next());
        Assert.Equal("PROTOBUF_UTF8", Assert.Throws<ModelFormatException>(() => broken.GetText(9)).Code);
        Assert.Equal("a\uFFFD", broken.ReadTextStart(broken.GetRange(), 9));
    }

    [Fact]
    public void A_long_message_is_read_right_across_windows()
    {
        ProtobufBuilder message = new();
        for (int i = 0; i < 20_000; i++)
        {
            message.Varint(1 + (i % 2_000), i * 37L);
        }

        ProtobufReader reader = Reader(message.Build());
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(reader.Next());
            Assert.Equal((1 + (i % 2_000), i * 37L), (reader.Field, reader.GetInt64()));
        }

        Assert.False(reader.Next());
    }

    private static ProtobufReader Reader(byte[] message) => new(new MemoryByteSource("message", message));

    /// <summary>Bytes that nobody may read.</summary>
    private sealed class EmptySpace(long length) : ByteSource
    {
        public override string Name => "weights";

        public override long Length { get; } = length;

        protected internal override void ReadCore(long offset, Span<byte> destination)
        {
            // The window behind the field's length may reach into its content.
            Assert.True(offset + destination.Length <= 16 * 1024, "the content of a field was read");
            destination.Clear();
        }
    }
}
