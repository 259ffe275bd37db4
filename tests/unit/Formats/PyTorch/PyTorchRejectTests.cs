using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.PyTorch;

/// <summary>Files that are damaged, or that mean harm.</summary>
public class PyTorchRejectTests
{
    private static PickleBuilder Start => PickleBuilder.Start();

    private static long[] Ones => [.. Enumerable.Repeat(1L, 65)];

    public static TheoryData<string, byte[]> Pickles => new()
    {
        { "PICKLE_TRUNCATED", Start.Text("a").Op('N').Stop()[..^1] },
        { "PICKLE_TRUNCATED", Start.Raw((byte)'X', 9, 0, 0, 0, 65).Stop() },
        { "PICKLE_TRUNCATED", Start.Raw(0x8B, 0, 0, 0, 0x7F).Stop() },
        { "PICKLE_TRUNCATED", PickleBuilder.Start(4).Raw(0x8D, 0, 0, 0, 0, 0, 0, 0, 0x40).Stop() },
        { "PICKLE_LENGTH", PickleBuilder.Start(4).Raw(0x8D, 0, 0, 0, 0, 0, 0, 0, 0x80).Stop() },
        { "PICKLE_LENGTH", Start.Raw(0x8B, 0, 0, 0, 0x80).Stop() },
        { "PICKLE_LENGTH", Start.Raw((byte)'c').Raw(new byte[5000]).Stop() },
        { "PICKLE_TEXT", Start.Raw((byte)'X', 1, 0, 0, 0, 0xFF).Stop() },
        { "PICKLE_PROTOCOL", PickleBuilder.Start(6).Op('N').Stop() },
        { "PICKLE_PROTOCOL", Start.Raw(0x80, 2).Op('N').Stop() },
        { "PICKLE_OPCODE", Start.Raw(0xF0).Stop() },
        { "PICKLE_OPCODE", Start.Op('N').Op('2').Stop() },
        { "PICKLE_OPCODE", Start.Op('N').Op('0').Stop() },
        { "PICKLE_OPCODE", Start.Mark().Raw("icollections\nOrderedDict\n"u8).Stop() },
        { "PICKLE_OPCODE", Start.Mark().Global("collections", "OrderedDict").Op('o').Stop() },
        { "PICKLE_OPCODE", PickleBuilder.Start(5).Raw(0x97).Stop() },
        { "PICKLE_EXTENSION", Start.Raw(0x82, 1).Stop() },
        { "PICKLE_EXTENSION", Start.Raw(0x83, 1, 0).Stop() },
        { "PICKLE_EXTENSION", Start.Raw(0x84, 1, 0, 0, 0).Stop() },
        { "PICKLE_FRAME", PickleBuilder.Start(4).Raw(0x95, 3, 0, 0, 0, 0, 0, 0, 0).Text("abc").Stop() },
        { "PICKLE_FRAME", PickleBuilder.Start(4).Raw(0x95, 0, 0, 0, 0, 0, 0, 1, 0).Op('N').Stop() },
        { "PICKLE_FRAME", PickleBuilder.Start(4).Raw(0x95, 11, 0, 0, 0, 0, 0, 0, 0).Raw(0x95, 1, 0, 0, 0, 0, 0, 0, 0).Op('N').Stop() },
        { "PICKLE_STACK", Start.Stop() },
        { "PICKLE_STACK", Start.Op('N').Raw(0x87).Stop() },
        { "PICKLE_STACK", Start.Op('N').Op('t').Stop() },
        { "PICKLE_STACK", Start.Op(']').Mark().Op('N').Op('a').Stop() },
        { "PICKLE_STACK", Start.Op('}').Mark().Op('N').Op('u').Stop() },
        { "PICKLE_STACK", Start.Raw(Enumerable.Repeat((byte)'N', 10_001).ToArray()).Stop() },
        { "PICKLE_STACK", Start.Raw(Enumerable.Repeat((byte)'(', 10_001).ToArray()).Stop() },
        { "PICKLE_MEMO", Start.Op('h').Raw(3).Stop() },
        { "PICKLE_MEMO", Start.Op('N').Raw((byte)'r', 0, 0, 0, 0x80).Stop() },
        { "PICKLE_MEMO", Start.Op('N').Raw((byte)'r', 0xA0, 0x86, 1, 0).Stop() },
        { "PICKLE_TYPE", Start.Op('}').Op('N').Op('a').Stop() },
        { "PICKLE_TYPE", Start.Op(']').Op('N').Op('N').Op('s').Stop() },
        { "PICKLE_TYPE", Start.Op(']').Op('N').Op('b').Stop() },
        { "PICKLE_TYPE", PickleBuilder.Start(4).Op(']').Mark().Op('N').Raw(0x90).Stop() },
        { "PICKLE_CALL", Start.Global("torch", "FloatStorage").Op(')').Op('R').Stop() },
        { "PICKLE_CALL", Start.Text("os.system").Op(')').Op('R').Stop() },
        { "PICKLE_CALL", Start.Global("collections", "OrderedDict").Op('N').Op('R').Stop() },
        { "PICKLE_CALL", Start.Global("torch", "Tensor").Op(')').Raw(0x81).Stop() },
        { "PICKLE_CALL", Start.Global("torch._tensor", "_rebuild_from_type_v2").Mark().Text("f").Global("torch", "Tensor").Op(')').Op('N')
            .Op('t').Op('R').Stop() },
        { "PICKLE_TRAILING", [.. Start.Op('N').Stop(), .. Start.Op('N').Stop()] },
        { "PYTORCH_CYCLE", Start.Op(']').Op('q').Raw(0).Op('h').Raw(0).Op('a').Stop() },
        { "PYTORCH_DEPTH", Start.Raw(Enumerable.Repeat((byte)']', 101).ToArray()).Raw(Enumerable.Repeat((byte)'a', 100).ToArray()).Stop() },
        { "PYTORCH_PERSISTENT_ID", Start.Text("0").Op('Q').Stop() },
        { "PYTORCH_PERSISTENT_ID", Start.Int(5).Op('Q').Stop() },
        { "PYTORCH_PERSISTENT_ID", Start.Mark().Text("module").Op('N').Op('N').Op('N').Int(1).Op('t').Op('Q').Stop() },
        { "PYTORCH_STORAGE_KEY", Start.Storage("FloatStorage", "../x", 1).Stop() },
        { "PYTORCH_STORAGE_KEY", Start.Storage("FloatStorage", "..", 1).Stop() },
        { "PYTORCH_STORAGE_KEY", Start.Storage("FloatStorage", string.Empty, 1).Stop() },
        { "PYTORCH_STORAGE_SIZE", Start.Storage("FloatStorage", "0", -1).Stop() },
        { "PYTORCH_STORAGE_SIZE", Start.Storage("FloatStorage", "0", long.MaxValue).Stop() },
        { "PYTORCH_STORAGE_SIZE", PickleBuilder.OneTensor("FloatStorage", "0", 7, 0, [1], [1]) },
        { "PYTORCH_STORAGE_SIZE", PickleBuilder.OneTensor("FloatStorage", "0", 5, 0, [1], [1]) },
        { "PYTORCH_STORAGE_MISSING", PickleBuilder.OneTensor("FloatStorage", "1", 6, 0, [1], [1]) },
        { "PYTORCH_STORAGE_CONFLICT", Start.Op(']').Mark().Storage("FloatStorage", "0", 6).Storage("IntStorage", "0", 6).Op('e').Stop() },
        { "PYTORCH_STORAGE_CONFLICT", Start.Op(']').Mark().Storage("FloatStorage", "0", 6).Storage("FloatStorage", "0", 5).Op('e').Stop() },
        { "PYTORCH_DTYPE", Start.Storage("QUInt4x2Storage", "0", 6).Stop() },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 1, [6], [1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 7, [0], [1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, -1, [1], [1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, [-1], [1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 5, [2], [-1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, [2, 3], [1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, [2, 2], [long.MaxValue, long.MaxValue]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, long.MaxValue, [1], [1]) },
        { "PYTORCH_VIEW", PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, [long.MaxValue, 2], [0, 0]) },
        { "PYTORCH_EXPANSION", PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, [1L << 40], [0]) },
        { "PYTORCH_RANK", PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, Ones, Ones) },
        { "PYTORCH_REBUILD", Start.Global("torch._utils", "_rebuild_tensor_v2").Op(')').Op('R').Stop() },
        { "PYTORCH_REBUILD", Start.Global("torch._utils", "_rebuild_parameter").Op('N').Raw(0x85).Op('R').Stop() },
        { "PYTORCH_REBUILD", Nested(5) },
        { "PYTORCH_REBUILD", Nested(9_000) },
        { "PYTORCH_NAME", Start.Op('}').Op(']').Op('}').Op('s').Stop() },
        { "PYTORCH_NAME", Start.Op('}').Text(new string('x', 5000)).Op(']').Op('s').Stop() },
    };

    [Theory]
    [MemberData(nameof(Pickles))]
    public void A_pickle_that_is_not_as_it_should_be_is_refused_with_its_code(string code, byte[] pickle)
    {
        byte[] six = new byte[24];
        Assert.Equal(code, PyTorchFiles.Refusal(PyTorchBuilder.Zip(pickle, [("0", six)])).Code);
        Assert.Equal(code, PyTorchFiles.Refusal(PyTorchBuilder.Zip(pickle, [("0", six)], deflated: true)).Code);
    }

    [Theory]
    [InlineData("os", "system", "dangerous")]
    [InlineData("posix", "system", "dangerous")]
    [InlineData("builtins", "eval", "dangerous")]
    [InlineData("__builtin__", "eval", "dangerous")]
    [InlineData("torch.serialization", "load", "dangerous")]
    [InlineData("mypackage.models", "Net", "unknown")]
    [InlineData("numpy.core.multiarray", "scalar", "unknown")]
    [InlineData("__torch__.evil", "Net", "unknown")]
    public void A_global_that_weights_do_not_need_is_refused_by_name(string module, string name, string severity)
    {
        byte[] pickle = Start.Global(module, name).Text("touch /tmp/hart-was-here").Raw(0x85).Op('R').Stop();
        foreach (byte[] file in (byte[][])[PyTorchBuilder.Zip(pickle), PyTorchBuilder.Legacy(pickle), pickle])
        {
            ModelFormatException error = PyTorchFiles.Refusal(file);
            Assert.Equal("PYTORCH_GLOBAL", error.Code);
            Assert.Contains($"'{module}.{name}' ({severity})", error.Problem, StringComparison.Ordinal);
        }

        Assert.False(File.Exists("/tmp/hart-was-here"));
    }

    [Fact]
    public void All_globals_are_named_whatever_else_is_wrong()
    {
        byte[] pickle = PickleBuilder.Start(4).Op(']').Mark()
            .Global("os", "system").Op(')').Op('R')
            .Text("sub").Raw(0x94).Text("process").Raw(0x94).Raw(0x93)
            .Op('h').Raw(1).Op('h').Raw(0).Raw(0x93)
            .Op('N').Op('N').Raw(0x93)
            .Mark().Raw("ipty\nspawn\n"u8)
            .Global("socket", "socket").Raw(0x82, 1).Global("ctypes", "CDLL").Op('e').Stop();
        ModelFormatException error = PyTorchFiles.Refusal(PyTorchBuilder.Zip(pickle));
        Assert.Equal("PYTORCH_GLOBAL", error.Code);
        foreach (string name in (string[])["os.system", "sub.process", "process.sub", "pty.spawn", "socket.socket", "ctypes.CDLL",
            "cannot be told"])
        {
            Assert.Contains(name, error.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pickles_within_bytes_are_bytes()
    {
        byte[] inner = Start.Global("os", "system").Stop();
        byte[] pickle = PickleBuilder.Start(3).Op('}').Text("w").Raw((byte)'C', (byte)inner.Length).Raw(inner).Op('s').Stop();
        using ModelSource model = PyTorchFiles.Open(PyTorchBuilder.Zip(pickle));
        Assert.Empty(model.Metadata.Tensors);
    }

    [Fact]
    public void The_magic_number_made_by_a_call_is_refused_by_name()
    {
        byte[] file = Start.Global("builtins", "eval").Text("0x1950a86a20f9469cfc6c").Raw(0x85).Op('R').Stop();
        ModelFormatException error = PyTorchFiles.Refusal(file);
        Assert.Equal("PYTORCH_GLOBAL", error.Code);
        Assert.Contains("builtins.eval", error.Problem, StringComparison.Ordinal);

        using TempFolder folder = new();
        string path = folder.Write("model.pt", file);
        ModelFormatException found = Assert.Throws<ModelFormatException>(() => ModelReader.Open(ModelReader.Locate(path)[0]).Dispose());
        Assert.Equal("PYTORCH_GLOBAL", found.Code);
    }

    [Fact]
    public void Another_pickle_is_refused() => Assert.Equal("PYTORCH_MAGIC", PyTorchFiles.Refusal(Start.Op('}').Stop()).Code);

    [Theory]
    [InlineData("PYTORCH_BYTE_ORDER", "middle", "3")]
    [InlineData("PYTORCH_BYTE_ORDER", "", "3")]
    [InlineData("PYTORCH_VERSION", "little", "0")]
    [InlineData("PYTORCH_VERSION", "little", "11")]
    [InlineData("PYTORCH_VERSION", "little", "three")]
    [InlineData("ZIP_ENTRY_TOO_LARGE", "littlelittlelittlelittlelittlelittlelittlelittlelittlelittlelittlelittle", "3")]
    public void What_an_archive_says_of_itself_is_checked(string code, string byteOrder, string version) =>
        Assert.Equal(code, PyTorchFiles.Refusal(PyTorchBuilder.Zip(Start.Op('N').Stop(), null, false, byteOrder, version)).Code);

    [Fact]
    public void An_archive_has_one_folder_with_a_pickle()
    {
        byte[] pickle = Start.Op('N').Stop();
        Assert.Equal("PYTORCH_ROOT",
            PyTorchFiles.Refusal(new ZipBuilder().Add("a/data.pkl", pickle).Add("b/data.pkl", pickle).Build()).Code);
        Assert.Equal("PYTORCH_ROOT", PyTorchFiles.Refusal(new ZipBuilder().Add("a/b", pickle).Build()).Code);
    }

    [Fact]
    public void The_checksum_of_a_pickle_is_checked_and_that_of_a_storage_is_not()
    {
        byte[] pickle = PickleBuilder.OneTensor("ByteStorage", "0", 1, 0, [1], [1]);
        byte[] bad = new ZipBuilder().Add(new ZipItem("a/data.pkl", pickle) { Crc = 1 }).Add("a/data/0", [5]).Build();
        Assert.Equal("ZIP_CRC", PyTorchFiles.Refusal(bad).Code);
        byte[] other = new ZipBuilder().Add("a/data.pkl", pickle).Add(new ZipItem("a/data/0", [5]) { Crc = 1 }).Build();
        using ModelSource model = PyTorchFiles.Open(other);
        Assert.Equal([5], PyTorchFiles.Content(model, Assert.Single(model.Metadata.Tensors)));
    }

    [Fact]
    public void A_deflated_storage_that_is_another_one_is_found_out_when_it_is_read()
    {
        byte[] pickle = PickleBuilder.OneTensor("ByteStorage", "0", 4, 0, [4], [1]);
        ZipItem item = new("a/data/0", [1, 2, 3, 4]) { IsDeflated = true };
        foreach ((ZipItem bad, string code) in ((ZipItem, string)[])[
            (item with { Crc = 1 }, "ZIP_CRC"),
            (item with { Stored = ZipBuilder.Deflate([1, 2, 3]) }, "ZIP_SIZE"),
            (item with { Stored = ZipBuilder.Deflate(new byte[100_000]) }, "ZIP_SIZE")])
        {
            using ModelSource model = PyTorchFiles.Open(new ZipBuilder().Add("a/data.pkl", pickle).Add(bad).Build());
            Assert.Equal(code, Assert.Throws<ModelFormatException>(() => PyTorchFiles.Content(model, model.Metadata.Tensors[0])).Code);
        }
    }

    [Theory]
    [InlineData("PYTORCH_STORAGE_SIZE", 5, 24, 0)]
    [InlineData("PYTORCH_DATA_TRUNCATED", 6, 23, 0)]
    [InlineData("PYTORCH_TRAILING_DATA", 6, 24, 1)]
    public void The_storages_of_a_legacy_file_are_held_against_what_is_said_of_them(string code, long count, int length, int more)
    {
        byte[] pickle = PickleBuilder.OneTensor("FloatStorage", "0", 6, 0, [6], [1]);
        Assert.Equal(code,
            PyTorchFiles.Refusal([.. PyTorchBuilder.Legacy(pickle, ("0", count, new byte[length])), .. new byte[more]]).Code);
    }

    [Fact]
    public void Keys_of_a_legacy_file_are_those_that_the_object_describes()
    {
        byte[] pickle = PickleBuilder.OneTensor("FloatStorage", "0", 1, 0, [1], [1]);
        Assert.Equal("PYTORCH_STORAGE_MISSING", PyTorchFiles.Refusal(PyTorchBuilder.Legacy(pickle)).Code);
        Assert.Equal("PYTORCH_STORAGE_MISSING", PyTorchFiles.Refusal(PyTorchBuilder.Legacy(pickle, ("1", 1, new byte[4]))).Code);
        Assert.Equal(
            "PYTORCH_STORAGE_CONFLICT",
            PyTorchFiles.Refusal(PyTorchBuilder.Legacy(pickle, ("0", 1, new byte[4]), ("0", 1, new byte[4]))).Code);
    }

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('6')]
    public void A_tar_archive_with_a_link_or_a_device_is_refused(char kind)
    {
        byte[] file = [.. PyTorchBuilder.TarHeader("storages", 0, kind), .. PyTorchBuilder.Tar(("pickle", [1]))];
        Assert.Equal("PYTORCH_TAR", PyTorchFiles.Refusal(file).Code);
    }

    [Fact]
    public void A_damaged_tar_archive_is_refused()
    {
        byte[] file = PyTorchBuilder.Tar(("pickle", [1]));
        Assert.Equal("PYTORCH_TAR", PyTorchFiles.Refusal(file).Code);
        Assert.Equal("PYTORCH_TAR", PyTorchFiles.Refusal(file[..1024]).Code);
        file[0]++;
        Assert.Equal("PYTORCH_TAR", PyTorchFiles.Refusal(file).Code);
        byte[] endless = [.. PyTorchBuilder.TarHeader("pickle", 0x1FFFFFFFF, '0'), .. new byte[1024]];
        Assert.Equal("PYTORCH_TAR", PyTorchFiles.Refusal(endless).Code);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        byte[] pickle = Start.Op('}').Mark().Text("1").Tensor("ByteStorage", "0", 1, 0, [1], [1])
            .Int(1).Tensor("ByteStorage", "0", 1, 0, [1], [1]).Op('u').Stop();
        Assert.Equal("PYTORCH_DUPLICATE_TENSOR", PyTorchFiles.Refusal(PyTorchBuilder.Zip(pickle, [("0", [1])])).Code);
    }

    [Fact]
    public void A_seven_zip_archive_is_named_for_what_it_is()
    {
        using TempFolder folder = new();
        string path = folder.Write("model.pth", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, .. Encoding.ASCII.GetBytes("the rest of it")]);
        Assert.Equal("FORMAT_UNSUPPORTED", Assert.Throws<ModelFormatException>(() => ModelReader.Locate(path)).Code);
    }

    // Tensors that were on a device, one within the other.
    private static byte[] Nested(int depth)
    {
        PickleBuilder pickle = Start;
        for (int i = 0; i < depth; i++)
        {
            pickle.Global("torch._utils", "_rebuild_device_tensor_from_cpu_tensor");
        }

        pickle.Tensor("FloatStorage", "0", 6, 0, [1], [1]);
        for (int i = 0; i < depth; i++)
        {
            pickle.Raw(0x85).Op('R');
        }

        return pickle.Stop();
    }
}
