using System.Globalization;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>The 33 handcrafted files of ggml's tests/test-gguf.cpp, each under its name there.</summary>
public class GgufHandcraftedTests
{
    private const ulong MinusOne = ulong.MaxValue;

    private static readonly byte[] Fugg = "FUGG"u8.ToArray();

    private static readonly Dictionary<string, Func<byte[]>> Files = new()
    {
        ["HEADER_BAD_MAGIC"] = () => Padded(new GgufBuilder { Magic = Fugg }),
        ["HEADER_BAD_VERSION_0"] = () => Padded(new GgufBuilder { Version = 0 }),
        ["HEADER_BAD_VERSION_1"] = () => [.. "GGUF\u0001\0\0\0"u8, .. new byte[24]],
        ["HEADER_BAD_VERSION_FUTURE"] = () => Padded(new GgufBuilder { Version = 4 }),
        ["HEADER_BAD_N_TENSORS"] = () => Padded(new GgufBuilder { TensorCount = MinusOne }),
        ["HEADER_BAD_N_KV"] = () => Padded(new GgufBuilder { EntryCount = MinusOne }),
        ["HEADER_EMPTY"] = () => Padded(new GgufBuilder()),

        ["KV_BAD_KEY_SIZE"] = () => Padded(new GgufBuilder().Raw(writer => BadKeySize(writer))),
        ["KV_EMPTY_KEY"] = () => Padded(new GgufBuilder().U32(string.Empty, 5)),
        ["KV_BAD_TYPE"] = () => Padded(new GgufBuilder().Entry("my_key_0", 13, writer => writer.U8(1))),
        ["KV_DUPLICATE_KEY"] = () => Padded(new GgufBuilder().U32("my_key_0", 1).Text("my_key_0", "two")),
        ["KV_BAD_ALIGN"] = () => Padded(WithEntries(new GgufBuilder()).U32("general.alignment", 13)),
        ["KV_WRONG_TYPE_ALIGN"] = () => Padded(WithEntries(new GgufBuilder()).I32("general.alignment", 13)),
        ["KV_SUCCESS"] = () => Padded(WithEntries(new GgufBuilder())),

        ["TENSORS_BAD_NAME_SIZE"] = () => WithTensors(HeaderOnly(), suffix: new string('x', 78)).Build(),
        ["TENSORS_BAD_N_DIMS"] = () => WithTensors(HeaderOnly(), rank: 5).Build(),
        ["TENSORS_BAD_SHAPE"] = () => HeaderOnly().Add("my_tensor_0", 0, [MinusOne], []).Build(),
        ["TENSORS_ZERO_DIM"] = () => Padded(HeaderOnly().Add("my_tensor_0", 0, [32, 0], []).Add("my_tensor_1", 12, [256, 0], [])),
        ["TENSORS_NE_TOO_BIG"] = () => HeaderOnly().Add("my_tensor_0", 0, [4UL * int.MaxValue, 4UL * int.MaxValue], []).Build(),
        ["TENSORS_NBYTES_TOO_BIG"] = () => HeaderOnly().Add("my_tensor_0", 27, [1_533_680_896, 1_533_680_896], []).Build(),
        ["TENSORS_BAD_TYPE"] = () => HeaderOnly().Add("my_tensor_0", 43, [32], new byte[32]).Build(),
        ["TENSORS_BAD_OFFSET"] = () => HeaderOnly().Add("my_tensor_0", 0, [32], new byte[128], offset: MinusOne).Build(),
        ["TENSORS_DUPLICATE_NAME"] = () =>
            HeaderOnly().Add("my_tensor", 0, [32], new byte[128]).Add("my_tensor", 0, [32], new byte[128]).Build(),
        ["TENSORS_BAD_ALIGN"] = () => WithTensors(WithEntries(HeaderOnly()).U32("general.alignment", 13)).Build(),
        ["TENSORS_INCONSISTENT_ALIGN"] = () => WithTensors(WithEntries(HeaderOnly(alignment: 1))).Build(),
        ["TENSORS_SUCCESS"] = () => Padded(WithTensors(WithEntries(HeaderOnly()))),
        ["TENSORS_CUSTOM_ALIGN"] = () => WithTensors(WithEntries(HeaderOnly(alignment: 1)).U32("general.alignment", 1)).Build(),

        // The last tensor, of Q2_0, has 72 bytes and 24 of padding: cut is a byte of the tensor.
        ["DATA_NOT_ENOUGH_DATA"] = () => WithTensors(WithEntries(new GgufBuilder())).Build()[..^25],
        ["DATA_BAD_ALIGN"] = () => WithTensors(WithEntries(new GgufBuilder()).U32("general.alignment", 13)).Build(),
        ["DATA_INCONSISTENT_ALIGN"] = () => WithTensors(WithEntries(new GgufBuilder { Alignment = 1 })).Build(),
        ["DATA_MEM_SIZE_OVERFLOW"] = () => [.. Padded(HeaderOnly()
            .Add("my_tensor_0", 24, [0x7FFFFFFFFFFFFFC0], [])
            .Add("my_tensor_1", 24, [0x7FFFFFFFFFFFFFC0], [], offset: 0x7FFFFFFFFFFFFFC0)), .. new byte[32]],
        ["DATA_SUCCESS"] = () => WithTensors(WithEntries(new GgufBuilder())).Build(),
        ["DATA_CUSTOM_ALIGN"] = () => WithTensors(WithEntries(new GgufBuilder { Alignment = 1 }).U32("general.alignment", 1)).Build(),
    };

    [Fact]
    public void All_of_ggmls_cases_are_here() => Assert.Equal(33, Files.Count);

    [Theory]
    [InlineData("HEADER_BAD_MAGIC", "GGUF_VERSION")] // FUGG is a magic number here, but not before a little-endian version
    [InlineData("HEADER_BAD_VERSION_0", "GGUF_VERSION")]
    [InlineData("HEADER_BAD_VERSION_FUTURE", "GGUF_VERSION")]
    [InlineData("HEADER_BAD_N_TENSORS", "GGUF_TENSOR_COUNT")]
    [InlineData("HEADER_BAD_N_KV", "GGUF_KV_COUNT")]
    [InlineData("KV_BAD_KEY_SIZE", "GGUF_KEY_LENGTH")]
    [InlineData("KV_EMPTY_KEY", "GGUF_KEY_EMPTY")]
    [InlineData("KV_BAD_TYPE", "GGUF_VALUE_TYPE")]
    [InlineData("KV_DUPLICATE_KEY", "GGUF_KEY_DUPLICATE")]
    [InlineData("KV_BAD_ALIGN", "GGUF_ALIGNMENT")]
    [InlineData("KV_WRONG_TYPE_ALIGN", "GGUF_ALIGNMENT_TYPE")]
    [InlineData("TENSORS_BAD_NAME_SIZE", "GGUF_NAME_LENGTH")]
    [InlineData("TENSORS_BAD_N_DIMS", "GGUF_RANK")]
    [InlineData("TENSORS_BAD_SHAPE", "GGUF_DIMENSION")]
    [InlineData("TENSORS_NE_TOO_BIG", "GGUF_SHAPE_OVERFLOW")]
    [InlineData("TENSORS_NBYTES_TOO_BIG", "GGUF_TENSOR_SIZE")]
    [InlineData("TENSORS_BAD_TYPE", "GGUF_TENSOR_TYPE")]
    [InlineData("TENSORS_BAD_OFFSET", "GGUF_TENSOR_OFFSET")]
    [InlineData("TENSORS_DUPLICATE_NAME", "GGUF_NAME_DUPLICATE")]
    [InlineData("TENSORS_BAD_ALIGN", "GGUF_ALIGNMENT")]
    [InlineData("TENSORS_INCONSISTENT_ALIGN", "GGUF_TENSOR_OFFSET")]
    [InlineData("TENSORS_SUCCESS", "GGUF_DATA_TRUNCATED")] // ggml does not look for the data here; they are always looked for
    [InlineData("TENSORS_CUSTOM_ALIGN", "GGUF_DATA_TRUNCATED")]
    [InlineData("DATA_NOT_ENOUGH_DATA", "GGUF_DATA_TRUNCATED")]
    [InlineData("DATA_BAD_ALIGN", "GGUF_ALIGNMENT")]
    [InlineData("DATA_INCONSISTENT_ALIGN", "GGUF_TENSOR_OFFSET")]
    [InlineData("DATA_MEM_SIZE_OVERFLOW", "GGUF_DATA_SIZE")]
    public void A_file_that_ggml_refuses_is_refused(string name, string code)
    {
        ModelFormatException error = GgufFiles.Refusal(Files[name]());
        Assert.Equal(code, error.Code);
        Assert.Equal("small.gguf", error.File);
        Assert.NotNull(error.Offset);
    }

    [Theory]
    [InlineData("HEADER_EMPTY", 0, 0, "GGUF v3")]
    [InlineData("HEADER_BAD_VERSION_1", 0, 0, "GGUF v1")] // version 1 is read here
    [InlineData("KV_SUCCESS", 24, 0, "GGUF v3")]
    [InlineData("TENSORS_ZERO_DIM", 0, 2, "GGUF v3")]
    [InlineData("DATA_SUCCESS", 24, 35, "GGUF v3")]
    [InlineData("DATA_CUSTOM_ALIGN", 25, 35, "GGUF v3")]
    public void A_file_that_ggml_accepts_is_accepted(string name, int entries, int tensors, string variant)
    {
        using ModelSource model = GgufFiles.Open(Files[name]());
        Assert.Equal(entries, model.Metadata.Metadata.Count);
        Assert.Equal(tensors, model.Metadata.Tensors.Count);
        Assert.Equal(variant, model.Metadata.Variant);
    }

    [Theory]
    [InlineData("DATA_SUCCESS")]
    [InlineData("DATA_CUSTOM_ALIGN")]
    public void Tensors_of_every_type_give_their_bytes_back(string name)
    {
        using ModelSource model = GgufFiles.Open(Files[name]());
        for (int i = 0; i < GgufBuilder.Types.Length; i++)
        {
            (uint _, string type, int elements, int bytes) = GgufBuilder.Types[i];
            TensorInfo tensor = model.Metadata.Tensors[i];
            Assert.Equal(type, tensor.Dtype.ToString());
            Assert.Equal(new TensorShape(2, 2 * elements), tensor.Shape);
            Assert.Equal(4 * bytes, tensor.SizeBytes);
            Assert.Equal(GgufBuilder.Bytes(4 * bytes, i), GgufFiles.Content(model, tensor));
        }
    }

    [Fact]
    public void A_zero_dimension_makes_an_empty_tensor()
    {
        using ModelSource model = GgufFiles.Open(Files["TENSORS_ZERO_DIM"]());
        Assert.Equal([new TensorShape(0, 32), new TensorShape(0, 256)], model.Metadata.Tensors.Select(tensor => tensor.Shape));
        Assert.All(model.Metadata.Tensors, tensor => Assert.Empty(GgufFiles.Content(model, tensor)));
    }

    private static GgufBuilder HeaderOnly(int alignment = 32) => new() { HasData = false, Alignment = alignment };

    private static byte[] Padded(GgufBuilder builder)
    {
        byte[] bytes = builder.Build();
        return [.. bytes, .. new byte[(32 - (bytes.Length % 32)) % 32]];
    }

    private static void BadKeySize(GgufBuilder.Writer writer)
    {
        writer.U64(MinusOne);
        writer.Raw("my_key_0"u8);
        writer.U32(0);
        writer.U8(1);
    }

    private static GgufBuilder WithEntries(GgufBuilder builder)
    {
        int number = 0;
        foreach ((uint type, int size) in new (uint, int)[]
            { (0, 1), (1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (6, 4), (7, 1), (10, 8), (11, 8), (12, 8) })
        {
            builder.Entry(Key(number++), type, writer => writer.Raw(Values(type, size)));
            builder.Array(Key(number++), type, 5, writer => writer.Raw(Values(type, 5 * size)));
        }

        builder.Text(Key(number++), "a string");
        return builder.Array(Key(number), 8, 3, writer =>
        {
            writer.Text("one");
            writer.Text(string.Empty);
            writer.Text("three");
        });
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"my_key_{number}");

    private static byte[] Values(uint type, int count) => type == 7 ? [.. Enumerable.Range(0, count).Select(i => (byte)(i & 1))]
        : GgufBuilder.Bytes(count);

    private static GgufBuilder WithTensors(GgufBuilder builder, string suffix = "", uint? rank = null)
    {
        for (int i = 0; i < GgufBuilder.Types.Length; i++)
        {
            (uint id, string _, int elements, int bytes) = GgufBuilder.Types[i];
            string name = string.Create(CultureInfo.InvariantCulture, $"my_tensor_{i}{suffix}");
            builder.Add(name, id, [2 * (ulong)elements, 2], GgufBuilder.Bytes(4 * bytes, i), rank: rank);
        }

        return builder;
    }
}
