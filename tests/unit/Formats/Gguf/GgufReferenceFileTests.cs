using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>A file written by the ggml library; places and hashes were taken from it with python's struct and hashlib.</summary>
public class GgufReferenceFileTests
{
    private const string Local = "gguf/quant-reference.gguf";

    public static TheoryData<string, string, long, long, string> Tensors => new()
    {
        { "blk.0.weight.f32", "F32", 2400, 24576, "e154f6ab78fe1c4bb1ee3b199072fac9db768e910c7a2c5a018397a6fb7b2e57" },
        { "blk.1.weight.f16", "F16", 26976, 12288, "b1605ea343f037f12478526f879fca05bec0ecd0f2d715a0afcf627af522adaf" },
        { "blk.2.weight.q4_0", "Q4_0", 39264, 3456, "336957ae4bd884bb0ff4dce9272480ca93cff7662b253485913289be8ab16688" },
        { "blk.3.weight.q4_1", "Q4_1", 42720, 3840, "541f14b062e08ee39a641f9c7483ef915491949bcfc0bd7807cb40ccece148ce" },
        { "blk.6.weight.q5_0", "Q5_0", 46560, 4224, "a4529188655a9bcca16ec22afd59caa7d179da738b2fa48e9458d6144ae51bdc" },
        { "blk.7.weight.q5_1", "Q5_1", 50784, 4608, "5cacb3ce110b669c35df48e7eab110176d00e2c39e11b893b8331e6ff09a8999" },
        { "blk.8.weight.q8_0", "Q8_0", 55392, 6528, "a8b0cf133774d85a4162ee85ff49d274abc3e7a7d66a81396904c83b608ba000" },
        { "blk.10.weight.q2_K", "Q2_K", 61920, 2016, "3414a60bd3c86107ea9f5165b89b466a2d9ba98588525547b39b1e3174d68924" },
        { "blk.11.weight.q3_K", "Q3_K", 63936, 2640, "ece66bfc4bb6ea49527fb677a937382a2b9c9f3d13b3becaf9e052eabb1ccbd5" },
        { "blk.12.weight.q4_K", "Q4_K", 66592, 3456, "bb77e384bcc9160f6352fa8bd39cdcf739644abed1b064fec70c1b58b48d6338" },
        { "blk.13.weight.q5_K", "Q5_K", 70048, 4224, "a5577a1fa86012ba35911b07e7fcb2ecd0bcac9952dfae34e524a972eb016d76" },
        { "blk.14.weight.q6_K", "Q6_K", 74272, 5040, "5d36cfc9c510896d28305821da0b3c16afa9c35b5a8f5ef37c7dfe680ab16fe6" },
        { "blk.16.weight.iq2_xxs", "IQ2_XXS", 79328, 1584, "37d09fc0a1b5762c2c4386ee07ce1655c039b73e27dc40bbfceba09e06db7ee4" },
        { "blk.17.weight.iq2_xs", "IQ2_XS", 80928, 1776, "674d590737cef4e0be193d69fe0b514cce8a043e39c77c4ba560791a0c384f9f" },
        { "blk.18.weight.iq3_xxs", "IQ3_XXS", 82720, 2352, "9bec90f83ada1ae8bfeb6ee26d195acef016fba9666450d372b206676963d12e" },
        { "blk.19.weight.iq1_s", "IQ1_S", 85088, 1200, "c75569c738c71933c05dc41674fa68843b99b2a9e7705d682ea90924a6ba8deb" },
        { "blk.20.weight.iq4_nl", "IQ4_NL", 86304, 3456, "72c9e0fed0008b02ce41e575685efaae3fd1600a91925f3ccf6106613c5b8ed8" },
        { "blk.21.weight.iq3_s", "IQ3_S", 89760, 2640, "08b2367cfd6c0481ed1945f39184f47146c6bf0db7c6dccca21c4dabad0de1b9" },
        { "blk.22.weight.iq2_s", "IQ2_S", 92416, 1968, "03e0d61c018a7040518ea6165fff3df1477eb4f2a15d80da6b2c755fe7f7bd5c" },
        { "blk.23.weight.iq4_xs", "IQ4_XS", 94400, 3264, "56598949e5bf5f21f31468b143b5a06015e4078bc93654a1b5a5abd264d91a86" },
        { "blk.24.weight.i8", "I8", 97664, 6144, "0bb1f0ae2d5ac5940113ebd483cb68862cf5df65fcfe1db90e164eacc96a465c" },
        { "blk.25.weight.i16", "I16", 103808, 12288, "ae9773e27ed79522e703f820a1ae228f18568f8af0b7320bf83ad7e0aaad3e92" },
        { "blk.26.weight.i32", "I32", 116096, 24576, "511575f49e2c89f77db742aa6476470db0c302439d5004f11a5ce2ce0fbf335a" },
        { "blk.27.weight.i64", "I64", 140672, 49152, "bf4900fb5139132c1c12e8dee43ee84e78b7cfff423395e5d26cb439705058a6" },
        { "blk.28.weight.f64", "F64", 189824, 49152, "28d44ff7a514fdef1b9d0797d7411deb9ea90b08ee18e735402ea9b4630309e9" },
        { "blk.29.weight.iq1_m", "IQ1_M", 238976, 1344, "001a6763b4b65c4e0a3a9fb3e59c3de97d7ad7fb9a2d0844ea24dcc89892abb4" },
        { "blk.30.weight.bf16", "BF16", 240320, 12288, "9e8fcc45b51ed618285d1e4a7be133290579af3b180b3834ceacc1faa17be504" },
        { "blk.34.weight.tq1_0", "TQ1_0", 252608, 1296, "6641e00e0a6b095f9bab9f04aacd611f06bfd9d27002df0f9181e7ae7e6de5f2" },
        { "blk.35.weight.tq2_0", "TQ2_0", 253920, 1584, "4860b77003eedd6ea6c795dd4c319764802a604e5ff94b66e52e0716eb985baa" },
        { "blk.39.weight.mxfp4", "MXFP4", 255520, 3264, "6e9febcf20a59408008b2201688d7524cfa23436edc3cd09854178339192ccbf" },
        { "blk.40.weight.nvfp4", "NVFP4", 258784, 3456, "2938a45bc62b4312d378df617d8c15f4e023f4f1d687282fcd9724bc7293bc74" },
        { "blk.41.weight.q1_0", "Q1_0", 262240, 864, "8dbedfa049e0912d9661bb56e5ddecefeaef6bf07c96684b95ffb068f73c370c" },
        { "blk.42.weight.q2_0", "Q2_0", 263104, 1728, "759e0e22233692df9fd9d6e82f4e6d60eaae9a8df7cd02bb7585880b47a59184" },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void Every_tensor_is_where_ggml_wrote_it(string name, string dtype, long offset, long size, string sha256)
    {
        using ModelSource model = GgufFiles.Open(TestData.Local(Local));
        TensorInfo tensor = Assert.Single(model.Metadata.Tensors, candidate => candidate.Name == name);
        Assert.Equal(dtype, tensor.Dtype.ToString());
        Assert.Equal(new TensorShape(6, 1024), tensor.Shape);
        Assert.Equal(offset, tensor.Offset);
        Assert.Equal(size, tensor.SizeBytes);
        Assert.Equal("quant-reference.gguf", tensor.File);
        Assert.True(tensor.IsContiguous);
        Assert.Equal(ByteOrder.Little, tensor.ByteOrder);
        Assert.Equal(sha256, ContentHash.Of(GgufFiles.Content(model, tensor)).ToString());
    }

    [Fact]
    public void The_tensors_are_in_the_order_of_the_file()
    {
        using ModelSource model = GgufFiles.Open(TestData.Local(Local));
        Assert.Equal(Tensors.Select(row => (string)row[0]), model.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(33 * 6 * 1024, model.Metadata.ParameterCount);
    }

    [Fact]
    public void The_metadata_are_those_of_the_file_in_its_order()
    {
        using ModelSource model = GgufFiles.Open(TestData.Local(Local));
        Assert.Equal(ModelFormat.Gguf, model.Metadata.Format);
        Assert.Equal("GGUF v3", model.Metadata.Variant);
        Assert.Equal("llama", model.Metadata.Architecture);
        Assert.Empty(model.Metadata.Warnings);
        Assert.Equal(
            [
                ("general.architecture", "STRING", "llama"),
                ("general.name", "STRING", "quant-reference"),
                ("llama.block_count", "UINT32", 1L),
                ("llama.context_length", "UINT32", 2048L),
                ("llama.rope.freq_base", "FLOAT32", 10000f),
                ("test.flag", "BOOL", true),
                ("test.i64", "INT64", -123456789012345L),
                ("test.f64", "FLOAT64", 3.141592653589793),
                ("tokenizer.ggml.tokens", "STRING", null),
                ("test.i32s", "INT32", null),
            ],
            model.Metadata.Metadata.Select(pair => (pair.Key, pair.Value.Type, pair.Value.Scalar)).ToArray());
        MetadataValue tokens = model.Metadata.Metadata["tokenizer.ggml.tokens"];
        Assert.Equal(["<s>", "</s>", "\u2581hello", "\u4e16\u754c", ""], tokens.Items!);
        Assert.Equal(5, tokens.Count);
        Assert.Equal([-1L, 0L, 7L], model.Metadata.Metadata["test.i32s"].Items!);
    }

    [Fact]
    public void Opening_reads_one_window_of_the_file()
    {
        using ModelSource model = GgufFiles.Open(TestData.Local(Local));
        FileByteSource file = Assert.IsType<FileByteSource>(Assert.Single(model.Files).Bytes);
        Assert.InRange(file.BytesRead, 2369, 65536);
    }

    [ReferenceDataFact]
    public void The_shared_reference_file_is_read_alike()
    {
        using ModelSource shared = GgufFiles.Open(TestData.Reference("generated/gguf/quant-reference.gguf"));
        using ModelSource local = GgufFiles.Open(TestData.Local(Local));
        Assert.Equal(local.Metadata.Tensors, shared.Metadata.Tensors);
    }

    [Fact]
    public void The_format_is_known_by_its_first_bytes()
    {
        GgufFormat format = new();
        Assert.True(format.Matches("GGUF\u0003\0\0\0"u8, 24));
        Assert.True(format.Matches("FUGG\0\0\0\u0003"u8, 24));
        Assert.True(format.Matches("GGUF"u8, 4));
        Assert.False(format.Matches("GGU"u8, 3));
        Assert.False(format.Matches("GGML\u0001\0\0\0"u8, 24));
        Assert.False(format.Matches([], 0));
        Assert.Equal(ModelFormat.Gguf, format.Format);
        Assert.Equal([".gguf"], format.Extensions);
    }
}
