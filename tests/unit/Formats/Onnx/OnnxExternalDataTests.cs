using System.Diagnostics;
using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Data in files that the model names: what is read, and that nothing outside the model's folder ever is.</summary>
public sealed class OnnxExternalDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Data_are_read_from_where_they_are_said_to_lie()
    {
        _folder.Write("m/parts/w.bin", [0, 1, 2, 3, 4, 5, 6, 7]);
        string path = Write(
            tensor => tensor.Tensor("a", 2, 3).External("location", "parts/w.bin").External("offset", "2")
                .External("length", "3").Varint(14, 1),
            tensor => tensor.Tensor("b", 2, 8).External("location", "./parts/w.bin").External("checksum", "00")
                .External("basepath", "/etc").Varint(14, 1),
            tensor => tensor.Tensor("c", 2, 0).External("location", "parts/w.bin").External("offset", "8").Varint(14, 1));
        ModelLocation location = ModelReader.Locate(path).Single();
        Assert.Equal(["model.onnx", "parts/w.bin"], location.WeightFiles);
        Assert.Equal("m", location.Name);
        using ModelSource model = ModelReader.Open(location);
        Assert.Equal([2, 3, 4], OnnxFiles.Content(model, "a"));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], OnnxFiles.Content(model, "b"));
        Assert.Equal([2, 0, 8], model.Metadata.Tensors.Select(tensor => tensor.Offset));
        Assert.All(model.Metadata.Tensors, tensor => Assert.Equal(("parts/w.bin", true), (tensor.File, tensor.IsContiguous)));
        Assert.Empty(model.Metadata.Warnings);
    }

    [Fact]
    public void Keys_that_are_not_known_are_ignored_with_a_warning()
    {
        _folder.Write("m/w.bin", [1]);
        string path = Write(tensor => tensor.Tensor("a", 2, 1).External("location", "w.bin").External("url", "http://x")
            .External("__class__", "y").Varint(14, 1));
        using ModelSource model = OnnxFiles.Open(path);
        Assert.Equal("2 entries of external data have keys that ONNX does not know, the first is 'url'.", model.Metadata.Warnings.Single());
    }

    [Fact]
    public void External_data_that_no_data_location_points_to_do_not_count()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Raw("a", 2, [1], 7).External("location", "w.bin")));
        Assert.Equal([7], OnnxFiles.Content(model, "a"));
        Assert.Single(model.Files);
    }

    [Fact]
    public void A_folder_of_a_model_and_its_data_holds_one_model()
    {
        _folder.Write("m/model.onnx.data", [1, 2]);
        string path = Write(tensor => tensor.Tensor("a", 2, 2).External("location", "model.onnx.data").Varint(14, 1));
        ModelLocation location = ModelReader.Locate(Path.GetDirectoryName(path)!).Single();
        Assert.Equal(["model.onnx", "model.onnx.data"], location.WeightFiles);
        Assert.Null(location.Error);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/zero")]
    [InlineData("../w.bin")]
    [InlineData("a/../../w.bin")]
    [InlineData("a/../w.bin")]
    [InlineData("./../w.bin")]
    [InlineData("..")]
    [InlineData("a//w.bin")]
    [InlineData("C:\\w.bin")]
    [InlineData("C:w.bin")]
    [InlineData("\\\\host\\share\\w.bin")]
    [InlineData("..\\w.bin")]
    [InlineData("file:///etc/passwd")]
    [InlineData("w.bin:stream")]
    [InlineData("w.bin\0.txt")]
    [InlineData("w.bin/")]
    public void A_path_that_is_not_plain_is_refused(string location)
    {
        _folder.Write("w.bin", [1]);
        _folder.Write("m/w.bin", [1]);
        AssertRefused("ONNX_EXTERNAL_PATH", tensor => tensor.Tensor("a", 2, 1).External("location", location).Varint(14, 1));
    }

    [Theory]
    [InlineData("offset", "-1", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("offset", "0x10", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("offset", "1e3", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("offset", " 1", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("offset", "", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("offset", "9223372036854775808", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("length", "-1", "ONNX_EXTERNAL_NUMBER")]
    [InlineData("offset", "9223372036854775807", "ONNX_EXTERNAL_RANGE")]
    [InlineData("offset", "5", "ONNX_EXTERNAL_RANGE")]
    [InlineData("offset", "1", "ONNX_EXTERNAL_RANGE")]
    [InlineData("length", "4611686018427387904", "ONNX_EXTERNAL_LENGTH")]
    [InlineData("length", "3", "ONNX_EXTERNAL_LENGTH")]
    [InlineData("location", "other.bin", "ONNX_EXTERNAL_KEY")]
    public void Entries_that_make_no_sense_are_refused(string key, string value, string code)
    {
        _folder.Write("m/w.bin", [1, 2, 3, 4]);
        AssertRefused(code, tensor => tensor.Tensor("a", 2, 4).External("location", "w.bin").External(key, value).Varint(14, 1));
    }

    [Fact]
    public void Data_without_a_file_or_in_the_model_s_own_are_refused()
    {
        AssertRefused("ONNX_EXTERNAL_LOCATION", tensor => tensor.Tensor("a", 2, 1).External("offset", "0").Varint(14, 1));
        AssertRefused("ONNX_EXTERNAL_LOCATION", tensor => tensor.Tensor("a", 2, 1).Varint(14, 1));
        AssertRefused("ONNX_EXTERNAL_LOCATION", tensor => tensor.Tensor("a", 2, 1).External("location", "").Varint(14, 1));
        AssertRefused("ONNX_EXTERNAL_LOCATION", tensor => tensor.Tensor("a", 2, 1).External("location", "model.onnx").Varint(14, 1));
    }

    [Fact]
    public void Files_that_are_not_there_or_no_files_are_refused()
    {
        Directory.CreateDirectory(_folder.File("m/folder/x"));
        _folder.Write("m/empty.bin", []);
        AssertRefused("ONNX_EXTERNAL_MISSING", External("absent.bin"));
        AssertRefused("ONNX_EXTERNAL_MISSING", External("absent/w.bin"));
        AssertRefused("ONNX_EXTERNAL_FILE", External("folder"));
        AssertRefused("ONNX_EXTERNAL_FILE", External("empty.bin"));
    }

    [Fact]
    public void Links_are_refused_wherever_they_lead()
    {
        _folder.Write("outside/w.bin", [1]);
        _folder.Write("m/inside.bin", [1]);
        File.CreateSymbolicLink(_folder.File("m/out.bin"), _folder.File("outside/w.bin"));
        File.CreateSymbolicLink(_folder.File("m/in.bin"), "inside.bin");
        File.CreateSymbolicLink(_folder.File("m/dangling.bin"), "nothing");
        Directory.CreateSymbolicLink(_folder.File("m/parent"), _folder.File("outside"));
        AssertRefused("ONNX_EXTERNAL_LINK", External("out.bin"));
        AssertRefused("ONNX_EXTERNAL_LINK", External("in.bin"));
        AssertRefused("ONNX_EXTERNAL_LINK", External("dangling.bin"));
        AssertRefused("ONNX_EXTERNAL_LINK", External("parent/w.bin"));
    }

    [Fact]
    public void The_model_itself_may_be_a_link_and_its_data_lie_beside_the_link()
    {
        string target = _folder.Write("store/blob", Model(External("w.bin")));
        _folder.Write("m/w.bin", [5]);
        File.CreateSymbolicLink(_folder.File("m/linked.onnx"), target);
        using ModelSource model = OnnxFiles.Open(_folder.File("m/linked.onnx"));
        Assert.Equal([5], OnnxFiles.Content(model, "a"));
    }

    [Fact]
    public void The_links_of_a_hub_cache_are_followed_into_its_own_blobs_only()
    {
        _folder.Write("models--org--net/blobs/aa", Model(External("w.bin")));
        _folder.Write("models--org--net/blobs/bb", [6]);
        _folder.Write("elsewhere", [7]);
        string snapshot = Path.GetDirectoryName(_folder.File("models--org--net/snapshots/rev/model.onnx"))!;
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.onnx"), "../../blobs/aa");
        File.CreateSymbolicLink(Path.Combine(snapshot, "w.bin"), "../../blobs/bb");
        using (ModelSource model = OnnxFiles.Open(Path.Combine(snapshot, "model.onnx")))
        {
            Assert.Equal([6], OnnxFiles.Content(model, "a"));
        }

        File.Delete(Path.Combine(snapshot, "w.bin"));
        File.CreateSymbolicLink(Path.Combine(snapshot, "w.bin"), "../../../elsewhere");
        Assert.Equal(
            "ONNX_EXTERNAL_LINK",
            Assert.Throws<ModelFormatException>(() => OnnxFiles.Open(Path.Combine(snapshot, "model.onnx"))).Code);
    }

    [Fact]
    public void A_file_with_a_second_name_is_refused_unless_that_is_accepted()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // the tool that makes the link is not there
        }

        string secret = _folder.Write("outside/secret", [9]);
        string path = Write(External("w.bin"));
        using (Process link = Process.Start("ln", [secret, _folder.File("m/w.bin")]))
        {
            link.WaitForExit();
            Assert.Equal(0, link.ExitCode);
        }

        Assert.Equal("ONNX_EXTERNAL_HARD_LINK", Assert.Throws<ModelFormatException>(() => OnnxFiles.Open(path)).Code);
        using ModelSource model = OnnxFiles.Open(path, new ReadLimits { OnnxHardLinks = true });
        Assert.Equal([9], OnnxFiles.Content(model, "a"));
    }

    [Fact]
    public void A_pipe_is_refused_without_waiting_for_a_writer()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there are no pipes in folders
        }

        string path = Write(External("pipe"));
        using (Process make = Process.Start("mkfifo", [_folder.File("m/pipe")]))
        {
            make.WaitForExit();
            Assert.Equal(0, make.ExitCode);
        }

        Assert.Equal("ONNX_EXTERNAL_FILE", Assert.Throws<ModelFormatException>(() => OnnxFiles.Open(path)).Code);
    }

    [Fact]
    public void A_broken_model_is_located_and_says_what_is_wrong_when_it_is_opened()
    {
        string path = _folder.Write("m/broken.onnx", OnnxFiles.Single(tensor => tensor.Raw("a", 99, [1], 1)));
        ModelLocation location = ModelReader.Locate(path).Single();
        Assert.Equal(["broken.onnx"], location.WeightFiles);
        Assert.Equal("ONNX_DATA_TYPE", Assert.Throws<ModelFormatException>(() => ModelReader.Open(location)).Code);
    }

    public void Dispose() => _folder.Dispose();

    private static Action<ProtobufBuilder> External(string location) =>
        tensor => tensor.Tensor("a", 2, 1).External("location", location).Varint(14, 1);

    private static byte[] Model(params Action<ProtobufBuilder>[] tensors) =>
        OnnxFiles.Model(graph => Array.ForEach(tensors, tensor => graph.Message(5, tensor)));

    private string Write(params Action<ProtobufBuilder>[] tensors) => _folder.Write("m/model.onnx", Model(tensors));

    private void AssertRefused(string code, Action<ProtobufBuilder> tensor)
    {
        string path = Write(tensor);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => OnnxFiles.Open(path));
        Assert.True(error.Code == code, error.Message);
    }
}
