using System.Globalization;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>The same model in every version and byte order.</summary>
public class GgufVersionTests
{
    // Little-endian content of each tensor, and the same in big-endian order, turned by hand.
    private static readonly (string Name, uint Type, ulong[] Shape, byte[] Little, byte[] Big)[] Tensors =
    [
        ("f32", 0, [2], [0x00, 0x00, 0x80, 0x3F, 0xDB, 0x0F, 0x49, 0x40], [0x3F, 0x80, 0x00, 0x00, 0x40, 0x49, 0x0F, 0xDB]),
        ("f16", 1, [1, 2], [0x00, 0x3C, 0x01, 0x02], [0x3C, 0x00, 0x02, 0x01]),
        ("i8", 24, [3], [1, 2, 3], [1, 2, 3]),
        ("i64", 27, [1], [1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1]),
        ("q4_0", 2, [32, 2], [.. Block(0), .. Block(100)], [.. Turned(0), .. Turned(100)]),
        ("mxfp4", 39, [32], GgufBuilder.Bytes(17), GgufBuilder.Bytes(17)),
        ("empty", 0, [0], [], []),
    ];

    public static TheoryData<uint, bool, string, bool, string> Forms => new()
    {
        { 1, false, "GGUF", false, "GGUF v1" },
        { 1, false, "GGUF", true, "GGUF v1" },
        { 1, true, "GGUF", false, "GGUF v1 big-endian" },
        { 1, true, "FUGG", true, "GGUF v1 big-endian" },
        { 2, false, "GGUF", false, "GGUF v2" },
        { 2, true, "GGUF", false, "GGUF v2 big-endian" },
        { 3, false, "GGUF", false, "GGUF v3" },
        { 3, true, "GGUF", false, "GGUF v3 big-endian" },
        { 3, true, "FUGG", false, "GGUF v3 big-endian" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_says_the_same(uint version, bool bigEndian, string magic, bool nul, string variant)
    {
        using ModelSource model = GgufFiles.Open(Build(version, bigEndian, magic, nul));
        Assert.Equal(variant, model.Metadata.Variant);
        Assert.Equal("llama", model.Metadata.Architecture);
        Assert.Equal(
            [
                ("general.architecture", "STRING", "llama"), ("u8", "UINT8", 255L), ("i8", "INT8", -2L), ("u16", "UINT16", 65534L),
                ("i16", "INT16", -3L), ("u32", "UINT32", 4294967293L), ("i32", "INT32", -4L), ("f32", "FLOAT32", 0.1f),
                ("bool", "BOOL", true), ("u64", "UINT64", 18446744073709551611UL), ("i64", "INT64", -5L), ("f64", "FLOAT64", 0.1),
                ("empty", "STRING", ""),
            ],
            model.Metadata.Metadata.Where(pair => !pair.Value.IsArray)
                .Select(pair => (pair.Key, pair.Value.Type, pair.Value.Scalar)).ToArray());
        Assert.All(
            model.Metadata.Metadata.Values.Where(value => !value.IsArray), value => Assert.True(value.IsComplete && value.Count == 1));

        MetadataValue words = model.Metadata.Metadata["words"];
        Assert.Equal(("STRING", 300L, false), (words.Type, words.Count, words.IsComplete));
        Assert.Equal(Enumerable.Range(0, 256).Select(Word), words.Items!);
        MetadataValue numbers = model.Metadata.Metadata["numbers"];
        Assert.Equal(("INT16", 256L, true), (numbers.Type, numbers.Count, numbers.IsComplete));
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (object)(long)-i), numbers.Items!);
        Assert.Equal(("FLOAT64", 0L, true), (model.Metadata.Metadata["none"].Type, model.Metadata.Metadata["none"].Count,
            model.Metadata.Metadata["none"].IsComplete));
        Assert.Equal("STRING[300]", words.ToString());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_gives_the_same_little_endian_content(uint version, bool bigEndian, string magic, bool nul, string variant)
    {
        using ModelSource model = GgufFiles.Open(Build(version, bigEndian, magic, nul));
        Assert.Equal(Tensors.Select(tensor => tensor.Name), model.Metadata.Tensors.Select(tensor => tensor.Name));
        for (int i = 0; i < Tensors.Length; i++)
        {
            TensorInfo tensor = model.Metadata.Tensors[i];
            Assert.Equal(bigEndian ? ByteOrder.Big : ByteOrder.Little, tensor.ByteOrder);
            Assert.Equal(new TensorShape([.. Tensors[i].Shape.Reverse().Select(dimension => (long)dimension)]), tensor.Shape);
            Assert.Equal(0, tensor.Offset % 32);
            Assert.Equal(Tensors[i].Little, GgufFiles.Content(model, tensor));
        }

        Assert.Contains(variant, model.Metadata.Variant, StringComparison.Ordinal);
    }

    [Fact]
    public void A_string_of_version_1_loses_one_NUL_and_no_more()
    {
        using ModelSource model = GgufFiles.Open(new GgufBuilder { Version = 1 }
            .Text("one", "a\0").Text("two", "a\0\0").Text("none", "a").Text("only", "\0").Build());
        Assert.Equal(["a", "a\0", "a", ""], model.Metadata.Metadata.Values.Select(value => value.Scalar));
        using ModelSource later = GgufFiles.Open(new GgufBuilder { Version = 2 }.Text("one", "a\0").Build());
        Assert.Equal("a\0", later.Metadata.Metadata["one"].Scalar);
    }

    [Fact]
    public void A_name_of_version_1_may_have_63_bytes_and_a_NUL()
    {
        GgufBuilder Named(int length) => new GgufBuilder { Version = 1, NulTerminated = true }.Add(new string('n', length), 24, [1], [1]);
        using ModelSource model = GgufFiles.Open(Named(63).Build());
        Assert.Equal(63, model.Metadata.Tensors[0].Name.Length);
        Assert.Equal("GGUF_NAME_LENGTH", GgufFiles.Refusal(Named(64).Build()).Code);
        Assert.Equal(
            "GGUF_NAME_LENGTH", GgufFiles.Refusal(new GgufBuilder { Version = 1 }.Add(new string('n', 64), 24, [1], [1]).Build()).Code);
        Assert.Equal(
            "GGUF_NAME_EMPTY", GgufFiles.Refusal(new GgufBuilder { Version = 1, NulTerminated = true }.Add("", 24, [1], [1]).Build()).Code);
    }

    private static byte[] Block(int seed) => GgufBuilder.Bytes(18, seed);

    private static byte[] Turned(int seed) => [Block(seed)[1], Block(seed)[0], .. Block(seed)[2..]];

    private static object Word(int number) => string.Create(CultureInfo.InvariantCulture, $"w\u00f6rd{number}");

    private static byte[] Build(uint version, bool bigEndian, string magic, bool nul)
    {
        GgufBuilder builder = new()
        {
            Version = version,
            BigEndian = bigEndian,
            NulTerminated = nul,
            Magic = [.. magic.Select(letter => (byte)letter)],
        };
        builder.Text("general.architecture", "llama")
            .Entry("u8", 0, writer => writer.U8(255))
            .Entry("i8", 1, writer => writer.U8(0xFE))
            .Entry("u16", 2, writer => writer.U16(65534))
            .Entry("i16", 3, writer => writer.U16(0xFFFD))
            .Entry("u32", 4, writer => writer.U32(4294967293))
            .Entry("i32", 5, writer => writer.U32(0xFFFFFFFC))
            .Entry("f32", 6, writer => writer.F32(0.1f))
            .Entry("bool", 7, writer => writer.U8(1))
            .Entry("u64", 10, writer => writer.U64(18446744073709551611))
            .Entry("i64", 11, writer => writer.U64(0xFFFFFFFFFFFFFFFB))
            .Entry("f64", 12, writer => writer.F64(0.1))
            .Text("empty", string.Empty)
            .Array("none", 12, 0, _ => { })
            .Array("words", 8, 300, writer => Enumerable.Range(0, 300).ToList().ForEach(i => writer.Text((string)Word(i))))
            .Array("numbers", 3, 256, writer => Enumerable.Range(0, 256).ToList().ForEach(i => writer.U16((ushort)-i)));
        foreach ((string name, uint type, ulong[] shape, byte[] little, byte[] big) in Tensors)
        {
            builder.Add(name, type, shape, bigEndian ? big : little);
        }

        return builder.Build();
    }
}
