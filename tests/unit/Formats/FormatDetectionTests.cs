using System.Diagnostics;
using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats;

/// <summary>What a file is told to be by its first bytes, and when its extension is asked.</summary>
public sealed class FormatDetectionTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("m.bin")]
    [InlineData("m")]
    [InlineData("m.gguf")]
    public void The_content_decides_and_a_lying_extension_is_a_warning(string name)
    {
        ModelLocation location = Assert.Single(ModelReader.Locate(_temp.Write(name, SafeTensorsBuilder.Bytes(("a", 1)))));
        Assert.Equal(ModelFormat.SafeTensors, location.Format);
        using ModelSource source = ModelReader.Open(location);
        Assert.Contains(name, Assert.Single(source.Metadata.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fitting_extension_in_capitals_earns_no_warning() =>
        Assert.Empty(Assert.Single(ModelReader.Locate(_temp.Write("M.SafeTensors", SafeTensorsBuilder.Bytes(("a", 1))))).Warnings);

    [Fact]
    public void White_space_that_fills_the_bytes_looked_at_is_no_hindrance()
    {
        byte[] file = SafeTensorsBuilder.File(new string(' ', 8192) + "{}");
        Assert.True(FormatRegistry.Detect(_temp.Write("m", file)).IsCertain);
    }

    [Theory]
    [InlineData("m.safetensors", ulong.MaxValue, SafeTensorsErrorCodes.HeaderTooLarge)]
    [InlineData("m", ulong.MaxValue, SafeTensorsErrorCodes.HeaderTooLarge)]
    [InlineData("m", 1UL << 63, SafeTensorsErrorCodes.HeaderTooLarge)]
    [InlineData("m.bin", 1000UL, SafeTensorsErrorCodes.HeaderLength)]
    [InlineData("m.safetensors", 0UL, SafeTensorsErrorCodes.HeaderJson)]
    public void A_file_that_begins_as_SafeTensors_with_a_lying_length_gets_its_own_error(string name, ulong length, string code)
    {
        string path = _temp.Write(name, SafeTensorsBuilder.WithLength(length, "{\"a\":{}}"u8));
        Assert.Equal(code, OpenFails(path).Code);
    }

    [Theory]
    [InlineData(1, SafeTensorsErrorCodes.HeaderTooSmall)]
    [InlineData(7, SafeTensorsErrorCodes.HeaderTooSmall)]
    [InlineData(8, SafeTensorsErrorCodes.HeaderLength)]
    [InlineData(20, SafeTensorsErrorCodes.HeaderLength)]
    public void A_cut_file_with_the_extension_gets_its_formats_error(int length, string code) =>
        Assert.Equal(code, OpenFails(_temp.Write("m.safetensors", SafeTensorsBuilder.Bytes(("a", 1)).AsSpan(0, length))).Code);

    [Fact]
    public void An_empty_file_is_refused() =>
        Assert.Equal(FormatErrorCodes.FileEmpty, LocateFails(_temp.Write("m.safetensors", [])).Code);

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5\n", "Git LFS")]
    [InlineData("PK\x03\x04\x14\0\0\0\0\0readme.txt", "ZIP")]
    [InlineData("PK\x05\x06", "ZIP")]
    [InlineData("7z\xBC\xAF\x27\x1C\0\x04", "7-Zip")]
    [InlineData("\x1F\x8B\x08\0", "gzip")]
    [InlineData("\x93NUMPY\x01\0", "NumPy")]
    [InlineData("\x1C\0\0\0TFL3", "TensorFlow Lite")]
    [InlineData("<!DOCTYPE html><html>", "HTML")]
    public void Files_of_other_kinds_are_named_whatever_they_are_called(string content, string kind)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(content);
        foreach (string name in (string[])["m.safetensors", "m"])
        {
            ModelFormatException error = LocateFails(_temp.Write(name, bytes));
            Assert.Equal(FormatErrorCodes.FormatUnsupported, error.Code);
            Assert.Contains(kind, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\x80\x02\x8A\x0Al\xFC\x9CF\xF9 j\xA8P\x19.", ModelFormat.PyTorch)]
    [InlineData("\x80\x04\x95\x10", ModelFormat.PyTorch)]
    [InlineData("\x89HDF\r\n\x1A\n\0\0", ModelFormat.Keras)]
    public void A_damaged_file_goes_to_the_format_it_begins_as_whatever_it_is_called(string content, ModelFormat format)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(content);
        foreach (string name in (string[])["m.safetensors", "m"])
        {
            string path = _temp.Write(name, bytes);
            Assert.Equal(format, FormatRegistry.Detect(path).Format!.Format);
            Assert.NotEqual(FormatErrorCodes.FormatUnknown, OpenFails(path).Code);
        }
    }

    [Theory]
    [InlineData("08011209" + "0A07" + "2205" + "7365727665")] // TensorFlow 1: the meta graph's info with its tags
    [InlineData("08011207" + "3A05" + "0A03" + "0A0161")] // TensorFlow 2: the graph of objects
    public void A_SavedModel_is_known_whatever_field_its_meta_graph_begins_with(string hex) => Assert.Equal(
        ModelFormat.TensorFlow, FormatRegistry.Detect(_temp.Write("m.txt", Convert.FromHexString(hex))).Format!.Format);

    [Fact]
    public void A_tar_archive_of_something_else_is_named()
    {
        byte[] tar = new byte[512];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        Assert.Contains("tar", LocateFails(_temp.Write("m.nemo", tar)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_HDF5_file_is_known_behind_a_user_block()
    {
        byte[] hdf5 = new byte[2048];
        Encoding.Latin1.GetBytes("\x89HDF\r\n\x1A\n").CopyTo(hdf5, 1024);
        Assert.Equal(ModelFormat.Keras, FormatRegistry.Detect(_temp.Write("m.bin", hdf5)).Format!.Format);
    }

    [Theory]
    [InlineData("hello, world, this is a text")]
    [InlineData("[\n      {\"a\":1}]")]
    [InlineData("x")]
    [InlineData("{\"a\":1}")]
    public void Any_other_file_is_of_no_known_format(string content) =>
        Assert.Equal(FormatErrorCodes.FormatUnknown, LocateFails(_temp.Write("m.dat", Encoding.UTF8.GetBytes(content))).Code);

    [Fact]
    public void A_pointer_of_Git_LFS_in_a_folder_is_found_out_when_it_is_opened()
    {
        _temp.Write("hf/config.json", "{}"u8);
        _temp.Write("hf/model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5\n"u8);
        ModelFormatException error = OpenFails(_temp.File("hf"));
        Assert.Equal(FormatErrorCodes.FormatUnsupported, error.Code);
        Assert.Contains("Git LFS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_to_nothing_is_refused()
    {
        Assert.Equal(FormatErrorCodes.FileNotFound, LocateFails(Path.Combine(_temp.Root, "none.safetensors")).Code);
        Assert.Equal(FormatErrorCodes.FileNotFound, LocateFails("a\0b").Code);
        Assert.Equal(FormatErrorCodes.FileNotFound, LocateFails(Path.Combine(_temp.Root, "none.safetensors.index.json")).Code);
    }

    [UnixFact]
    public void A_pipe_and_a_device_are_refused_without_waiting()
    {
        string pipe = _temp.File("pipe.safetensors");
        using (Process process = Process.Start("mkfifo", [pipe]))
        {
            process.WaitForExit();
        }

        Assert.True(File.Exists(pipe));
        Assert.Equal(FormatErrorCodes.FileEmpty, LocateFails(pipe).Code);
        Assert.Equal(FormatErrorCodes.FileEmpty, LocateFails("/dev/zero").Code);
        Assert.Equal(FormatErrorCodes.FileEmpty, OpenFails(_temp.Root).Code);
    }

    private static ModelFormatException LocateFails(string path) => Assert.Throws<ModelFormatException>(() => ModelReader.Locate(path));

    private static ModelFormatException OpenFails(string path)
    {
        ModelLocation location = Assert.Single(ModelReader.Locate(path));
        return Assert.Throws<ModelFormatException>(() => ModelReader.Open(location));
    }
}
