using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Onnx;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Some tensors of a model as a SafeTensors file.</summary>
public sealed class OnnxSelectionTests
{
    private static readonly OnnxFormat Format = new();

    [Fact]
    public void A_selection_is_a_SafeTensors_file_with_the_tensors_bytes()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph
            .Initializer("raw", 1, 2, 3)
            .Initializer("left", 4)
            .Message(5, tensor => tensor.Tensor("half", 10, 2).Packed(5, 0x3C00, 0xC000))));
        TensorInfo[] chosen = [.. model.Metadata.Tensors.Where(tensor => tensor.Name != "left")];
        using ModelSource selection = Format.SelectTensors(model, chosen, ReadLimits.Default);
        Assert.Equal(ModelFormat.SafeTensors, selection.Location.Format);
        ByteSource file = selection.Files.Single().Bytes;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(0, bytes);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Contains(
            "\"half\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[3,7]}",
            Encoding.UTF8.GetString(bytes, 8, header),
            StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 0x00, 0x3C, 0x00, 0xC0], bytes[(8 + header)..]);
        Assert.Equal([0x00, 0x3C, 0x00, 0xC0], OnnxFiles.Content(selection, "half"));
        Assert.Equal("test", selection.Metadata.Metadata["producer_name"].ToString());
    }

    [Theory]
    [InlineData(15, 1, 16)]
    [InlineData(21, 2, 1)]
    [InlineData(22, 2, 1)]
    [InlineData(25, 4, 1)]
    [InlineData(26, 4, 1)]
    [InlineData(23, 3, 2)]
    public void What_SafeTensors_cannot_hold_is_refused_by_name(int type, int count, int bytes)
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Raw("packed", type, [count], new byte[bytes])));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Format.SelectTensors(model, model.Metadata.Tensors, ReadLimits.Default));
        Assert.Contains("'packed'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_another_model_or_chosen_twice_is_refused()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Raw("a", 2, [1], 1)));
        TensorInfo tensor = model.Metadata.Tensors.Single();
        Assert.Throws<ArgumentException>(() => Format.SelectTensors(model, [tensor with { Name = "b" }], ReadLimits.Default));
        Assert.Throws<ArgumentException>(() => Format.SelectTensors(model, [tensor, tensor], ReadLimits.Default));
    }
}
