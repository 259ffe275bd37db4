using System.Text.Json;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Compression;

public class HeaderRewriterTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_GGUF_header_keeps_its_entries_and_says_what_was_rebuilt(uint version)
    {
        byte[] kept = GgufBuilder.Bytes(2 * 34);
        GgufBuilder builder = new() { Version = version, Alignment = 64 };
        byte[] file = builder
            .U32("general.alignment", 64)
            .Text("general.architecture", "llama")
            .Array("tokens", 8, 2, items =>
            {
                items.Text("a");
                items.Text("bc");
            })
            .Array("scores", 6, 3, items =>
            {
                items.F32(1);
                items.F32(2);
                items.F32(3);
            })
            .Text("hartonomous.reconstructed", "{}")
            .Add("w", 8, [64, 3], GgufBuilder.Bytes(6 * 34))
            .Add("norm", 8, [32, 2], kept)
            .Build();
        using ModelSource before = GgufFiles.Open(file);
        TensorInfo[] tensors = [.. before.Metadata.Tensors];
        tensors[0] = tensors[0] with { Dtype = TensorDtype.F16, SizeBytes = 2 * 64 * 3 };

        GgufHeaderRewriter rewriter = GgufHeaderRewriter.Read(file)!;
        Assert.Equal(["norm", "w"], rewriter.TensorNames.Order());
        byte[] header = rewriter.Write(tensors, [Factors("w", new FactorLayout(TensorDtype.F16, 3, 64, 1, TensorDtype.F32, null))], out long[] offsets);

        byte[] written = new byte[offsets[^1]];
        header.CopyTo(written, 0);
        kept.CopyTo(written, (int)offsets[1]);
        using ModelSource after = GgufFiles.Open(written);
        Assert.Equal([("w", TensorDtype.F16, "[3, 64]"), ("norm", TensorDtype.Q8_0, "[2, 32]")],
            after.Metadata.Tensors.Select(tensor => (tensor.Name, tensor.Dtype, tensor.Shape.ToString())));
        Assert.Equal(offsets[..^1], after.Metadata.Tensors.Select(tensor => tensor.Offset));
        Assert.Equal(kept, GgufFiles.Content(after, after.Metadata.Tensors[1]));
        Assert.Equal(before.Metadata.Metadata.Keys, after.Metadata.Metadata.Keys);
        Assert.Equal("llama", after.Metadata.Architecture);
        using JsonDocument mark = JsonDocument.Parse((string)after.Metadata.Metadata["hartonomous.reconstructed"].Scalar!);
        Assert.Equal(1, mark.RootElement.GetProperty("w").GetProperty("rank").GetInt32());
        Assert.Equal("Q8_0", mark.RootElement.GetProperty("w").GetProperty("original_dtype").GetString());
    }

    [Fact]
    public void Big_endian_and_old_GGUF_files_are_not_rewritten()
    {
        Assert.Null(GgufHeaderRewriter.Read(new GgufBuilder { BigEndian = true }.Add("w", 0, [4], GgufBuilder.Bytes(16)).Build()));
        Assert.Null(GgufHeaderRewriter.Read(new GgufBuilder { Version = 1 }.Add("w", 0, [4], GgufBuilder.Bytes(16)).Build()));
    }

    [Fact]
    public void A_SafeTensors_header_keeps_its_metadata_and_says_what_was_rebuilt()
    {
        byte[] file = SafeTensorsBuilder.File(
            """
            {"__metadata__":{"format":"pt","hartonomous.reconstructed":"{}"},
             "w":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]},"b":{"dtype":"U8","shape":[5],"data_offsets":[48,53]}}
            """,
            53);
        TensorInfo[] tensors =
        [
            new() { Name = "w", Shape = new TensorShape(2, 3), Dtype = TensorDtype.F32, File = "m", Offset = 0, SizeBytes = 24 },
            new() { Name = "b", Shape = new TensorShape(5), Dtype = TensorDtype.U8, File = "m", Offset = 48, SizeBytes = 5 },
        ];

        byte[] header = SafeTensorsHeaderRewriter.Read(file)!.Write(
            tensors, [Factors("w", new FactorLayout(TensorDtype.F32, 2, 3, 1, TensorDtype.F32, null))], out long[] offsets);

        Assert.Equal([header.Length, header.Length + 24, header.Length + 29], offsets);
        using JsonDocument json = JsonDocument.Parse(header.AsMemory(8));
        JsonElement metadata = json.RootElement.GetProperty("__metadata__");
        Assert.Equal("pt", metadata.GetProperty("format").GetString());
        Assert.Contains("\"w\"", metadata.GetProperty("hartonomous.reconstructed").GetString(), StringComparison.Ordinal);
        Assert.Equal("F32", json.RootElement.GetProperty("w").GetProperty("dtype").GetString());
        Assert.Equal("[24,29]", json.RootElement.GetProperty("b").GetProperty("data_offsets").GetRawText());
    }

    private static StoredFactors Factors(string tensor, FactorLayout layout) => new()
    {
        TensorAtomId = 1,
        Tensor = tensor,
        Layout = layout,
        Content = ContentHash.Of([1]),
        FactorBytes = 1,
        OriginalHash = ContentHash.Of([2]),
        OriginalDtype = TensorDtype.Q8_0,
        OriginalBytes = 1,
        IsDropped = true,
        Figures = new FactorFigures(0.5, 0.5, 0.5, null),
    };
}
