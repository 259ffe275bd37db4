using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.PyTorch;

public class PyTorchContainerTests
{
    private static readonly byte[] Six = PyTorchBuilder.Floats(0, 1, 2, 3, 4, 5);

    // numpy: arange(6, dtype='<f4').reshape(2, 3).T
    private static readonly byte[] Transposed = PyTorchBuilder.Floats(0, 3, 1, 4, 2, 5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stored_and_deflated_storages_give_the_same_content(bool deflated)
    {
        byte[] file = PyTorchBuilder.Zip(Two(), [("0", Six)], deflated);
        using ModelSource model = PyTorchFiles.Open(file);
        TensorInfo whole = PyTorchFiles.Tensor(model, "a.whole");
        TensorInfo turned = PyTorchFiles.Tensor(model, "a.turned");
        Assert.Equal(!deflated, whole.IsContiguous);
        Assert.False(turned.IsContiguous);
        Assert.Equal(new TensorShape(3, 2), turned.Shape);
        Assert.Equal(Six, PyTorchFiles.Content(model, whole));
        Assert.Equal(Transposed, PyTorchFiles.Content(model, turned));
    }

    [Fact]
    public void A_big_endian_archive_gives_little_endian_content()
    {
        byte[] big = [.. Six.Chunk(4).SelectMany(value => value.Reverse())];
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(Two(), [("0", big)], byteOrder: "big"));
        TensorInfo whole = PyTorchFiles.Tensor(model, "a.whole");
        Assert.Equal(ByteOrder.Big, whole.ByteOrder);
        Assert.True(whole.IsContiguous);
        Assert.Equal(Six, PyTorchFiles.Content(model, whole));
        Assert.Equal(Transposed, PyTorchFiles.Content(model, PyTorchFiles.Tensor(model, "a.turned")));
    }

    [Fact]
    public void Parts_of_a_storage_lie_where_their_offset_says()
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Mark()
            .Text("row").Tensor("FloatStorage", "0", 6, 3, [3], [1])
            .Text("column").Tensor("FloatStorage", "0", 6, 1, [2], [3])
            .Text("ones").Tensor("FloatStorage", "0", 6, 4, [1, 1], [9, 7])
            .Text("empty").Tensor("FloatStorage", "0", 6, 6, [0, 3], [3, 1])
            .Text("repeated").Tensor("FloatStorage", "0", 6, 2, [2, 2], [0, 1])
            .Text("scalar").Tensor("FloatStorage", "0", 6, 5, [], []).Op('u').Stop();
        byte[] file = PyTorchBuilder.Zip(pickle, [("0", Six)]);
        using ModelSource model = PyTorchFiles.Open(file);
        long start = PyTorchFiles.Tensor(model, "row").Offset - 12;
        Assert.Equal(Six, file.AsSpan((int)start, 24).ToArray());
        Assert.Equal(PyTorchBuilder.Floats(3, 4, 5), Content(model, "row", true));
        Assert.Equal(PyTorchBuilder.Floats(1, 4), Content(model, "column", false));
        Assert.Equal(PyTorchBuilder.Floats(4), Content(model, "ones", true));
        Assert.Equal([], Content(model, "empty", true));
        Assert.Equal(PyTorchBuilder.Floats(2, 3, 2, 3), Content(model, "repeated", false));
        Assert.Equal(PyTorchBuilder.Floats(5), Content(model, "scalar", true));
        Assert.Equal(["row", "column", "ones", "empty", "repeated", "scalar"], model.Metadata.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_large_strided_tensor_is_put_together_tile_by_tile()
    {
        // 3000 x 1000 values of 4 bytes, turned: more than one tile. Value i of the storage is i.
        const int Rows = 3000;
        const int Columns = 1000;
        byte[] values = PyTorchBuilder.Floats([.. Enumerable.Range(0, Rows * Columns).Select(i => (float)i)]);
        byte[] pickle = PickleBuilder.OneTensor("FloatStorage", "0", Rows * Columns, 0, [Columns, Rows], [1, Columns]);
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(pickle, [("0", values)]));
        byte[] content = PyTorchFiles.Content(model, PyTorchFiles.Tensor(model, "w"));
        for (int i = 0; i < Rows * Columns; i += 977)
        {
            Assert.Equal((float)((i % Rows * Columns) + (i / Rows)), BitConverter.ToSingle(content, i * 4));
        }

        using Core.Formats.IO.ByteSource source = model.OpenTensor(PyTorchFiles.Tensor(model, "w"));
        byte[] part = new byte[4];
        source.ReadExactly(content.Length - 4, part);
        Assert.Equal((float)((Rows * Columns) - 1), BitConverter.ToSingle(part));
        source.ReadExactly(4, part);
        Assert.Equal(Columns, BitConverter.ToSingle(part));
    }

    [Fact]
    public void Storages_in_bytes_have_the_dtype_that_the_tensor_names()
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Text("w").Global("torch._utils", "_rebuild_tensor_v3").Mark()
            .Mark().Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu").Int(4).Op('t').Op('Q')
            .Int(1).Ints(3).Ints(1).Raw(0x89).Op('N').Global("torch", "float8_e4m3fn").Op('t').Op('R').Op('s').Stop();
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(pickle, [("0", [1, 2, 3, 4])]));
        TensorInfo tensor = PyTorchFiles.Tensor(model, "w");
        Assert.Equal(TensorDtype.F8_E4M3, tensor.Dtype);
        Assert.Equal([2, 3, 4], PyTorchFiles.Content(model, tensor));
    }

    [Fact]
    public void Names_are_paths_through_dictionaries_lists_and_attributes()
    {
        byte[] pickle = PickleBuilder.Start(4).Op('}').Mark()
            .Text("list").Op(']').Tensor("ByteStorage", "0", 1, 0, [1], [1]).Op('a')
            .Int(7).Op('}').Raw(0x88).Tensor("ByteStorage", "0", 1, 0, [1], [1]).Op('s')
            .Text("parameter").Global("torch._utils", "_rebuild_parameter").Tensor("ByteStorage", "0", 1, 0, [1], [1]).Raw(0x88)
            .Op('N').Raw(0x87).Op('R')
            .Text("ordered").Global("collections", "OrderedDict").Op(']').Op(']').Text("k").Op('a')
            .Tensor("ByteStorage", "0", 1, 0, [1], [1])
            .Op('a').Op('a').Raw(0x85).Op('R')
            .Text("typed").Raw(0x8C, 13).Raw("torch._tensor"u8).Raw(0x8C, 21).Raw("_rebuild_from_type_v2"u8).Raw(0x93, 0x94).Mark()
            .Global("torch._utils", "_rebuild_tensor").Global("torch", "Tensor").Mark().Storage("ByteStorage", "0", 1).Int(0).Ints(1)
            .Ints(1)
            .Op('t').Op('}').Op('t').Op('R')
            .Text("epoch").Int(12).Text("lr").Op('G').Raw(0x3F, 0xE0, 0, 0, 0, 0, 0, 0).Text("note").Text("x").Op('u').Stop();
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(pickle, [("0", [9])]));
        Assert.Equal(["list.0", "7.True", "parameter", "ordered.k", "typed"], model.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(12L, model.Metadata.Metadata["epoch"].Scalar);
        Assert.Equal(0.5, model.Metadata.Metadata["lr"].Scalar);
        Assert.Equal("x", model.Metadata.Metadata["note"].Scalar);
        Assert.Equal(4L, model.Metadata.Metadata["pytorch.pickle_protocol"].Scalar);
    }

    [Fact]
    public void A_key_that_is_set_twice_has_its_last_value()
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Mark().Text("w").Tensor("ByteStorage", "0", 2, 0, [1], [1])
            .Text("w").Tensor("ByteStorage", "0", 2, 1, [1], [1]).Op('u').Stop();
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(pickle, [("0", [8, 9])]));
        Assert.Equal([9], PyTorchFiles.Content(model, Assert.Single(model.Metadata.Tensors)));
    }

    [Fact]
    public void A_lone_tensor_and_the_parts_of_a_sparse_one_have_names()
    {
        byte[] lone = PickleBuilder.Start().Tensor("ByteStorage", "0", 2, 0, [2], [1]).Stop();
        using ModelSource one = PyTorchFiles.Open(PyTorchBuilder.Zip(lone, [("0", [8, 9])]));
        Assert.Equal("tensor", Assert.Single(one.Metadata.Tensors).Name);

        byte[] sparse = PickleBuilder.Start().Op('}').Text("s").Global("torch._utils", "_rebuild_sparse_tensor")
            .Global("torch", "sparse_coo").Mark().Tensor("LongStorage", "1", 1, 0, [1, 1], [1, 1])
            .Tensor("ByteStorage", "0", 2, 0, [1], [1])
            .Ints(9).Op('t').Raw(0x86).Op('R').Op('s').Stop();
        using ModelSource two = PyTorchFiles.Open(PyTorchBuilder.Zip(sparse, [("0", [8, 9]), ("1", new byte[8])]));
        Assert.Equal(["s.indices", "s.values"], two.Metadata.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Legacy_storages_lie_in_the_file_and_parts_of_them_in_those()
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Mark().Text("w").Tensor("FloatStorage", "5", 6, 0, [2, 3], [3, 1])
            .Text("part").Global("torch._utils", "_rebuild_tensor").Mark().Mark().Text("storage").Global("torch", "FloatStorage").Text("5")
            .Text("cpu").Int(6).Mark().Text("6").Int(2).Int(3).Op('t').Op('t').Op('Q').Int(1).Ints(2).Ints(1).Op('t').Op('R').Op('u')
            .Stop();
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Legacy(pickle, ("5", 6, Six)));
        Assert.Equal(Six, Content(model, "w", true));
        Assert.Equal(PyTorchBuilder.Floats(3, 4), Content(model, "part", true));
    }

    [Fact]
    public void The_tar_archives_of_the_first_versions_are_read()
    {
        byte[] storages =
        [
            .. PickleBuilder.Start().Int(1).Stop(),
            .. PickleBuilder.Start().Int(77).Text("cpu").Global("torch", "FloatStorage").Raw(0x87).Stop(),
            .. PyTorchBuilder.Number(6),
            .. Six,
            .. PickleBuilder.Start().Op(']').Mark().Int(78).Int(77).Int(2).Int(4).Op('t').Op('a').Stop(),
        ];
        byte[] tensors =
        [
            .. PickleBuilder.Start().Int(2).Stop(),
            .. PickleBuilder.Start().Int(11).Int(77).Global("torch", "FloatTensor").Raw(0x87).Stop(),
            2, 0, 0, 0, 0, 0, 0, 0,
            .. PyTorchBuilder.Number(3), .. PyTorchBuilder.Number(2), .. PyTorchBuilder.Number(1), .. PyTorchBuilder.Number(3),
            .. PyTorchBuilder.Number(0),
            .. PickleBuilder.Start().Int(12).Int(78).Global("torch", "FloatTensor").Raw(0x87).Stop(),
            1, 0, 0, 0, 0, 0, 0, 0,
            .. PyTorchBuilder.Number(4), .. PyTorchBuilder.Number(1), .. PyTorchBuilder.Number(0),
        ];
        byte[] pickle = PickleBuilder.Start().Op('}').Mark().Text("turned").Int(11).Op('Q').Text("part").Int(12).Op('Q').Op('u').Stop();
        byte[] file = PyTorchBuilder.Tar(("sys_info", [1]), ("pickle", pickle), ("tensors", tensors), ("storages", storages));
        using ModelSource model = PyTorchFiles.Open(file);
        Assert.Equal("tar", model.Metadata.Variant);
        Assert.Equal(Transposed, Content(model, "turned", false));
        Assert.Equal(PyTorchBuilder.Floats(2, 3, 4, 5), Content(model, "part", true));

        using TempFolder folder = new();
        Assert.Equal(ModelFormat.PyTorch, FormatRegistry.Detect(folder.Write("old.dat", file)).Format!.Format);
        string other = folder.Write("other.dat", PyTorchBuilder.Tar(("readme", [1])));
        Assert.Equal("FORMAT_UNSUPPORTED", Assert.Throws<ModelFormatException>(() => FormatRegistry.Detect(other)).Code);
    }

    [Fact]
    public void A_selection_is_written_as_SafeTensors()
    {
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(Two(), [("0", Six)], deflated: true));
        using ModelSource chosen = new Core.Formats.PyTorch.PyTorchFormat()
            .SelectTensors(model, [PyTorchFiles.Tensor(model, "a.turned")], ReadLimits.Default);
        Assert.Equal(ModelFormat.SafeTensors, chosen.Metadata.Format);
        Assert.Equal(Transposed, PyTorchFiles.Content(chosen, Assert.Single(chosen.Metadata.Tensors)));

        byte[] pickle = PickleBuilder.OneTensor("ComplexDoubleStorage", "0", 1, 0, [1], [1]);
        using ModelSource complex = PyTorchFiles.Open(PyTorchBuilder.Zip(pickle, [("0", new byte[16])]));
        Assert.Throws<ArgumentException>(() =>
            new Core.Formats.PyTorch.PyTorchFormat().SelectTensors(complex, complex.Metadata.Tensors, ReadLimits.Default));
    }

    private static byte[] Two() => PickleBuilder.Start().Op('}').Text("a").Op('}').Mark()
        .Text("whole").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
        .Text("turned").Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3]).Op('u').Op('s').Stop();

    private static byte[] Content(ModelSource model, string name, bool isContiguous)
    {
        TensorInfo tensor = PyTorchFiles.Tensor(model, name);
        Assert.Equal(isContiguous, tensor.IsContiguous);
        return PyTorchFiles.Content(model, tensor);
    }
}
