using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Keras;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Keras;

/// <summary>How Keras files are known, and what their models are called.</summary>
public class KerasDetectionTests
{
    [Theory]
    [InlineData("types.h5", "weights.bin", true)]
    [InlineData("userblock.h5", "weights.bin", true)]
    [InlineData("small.keras", "weights.zip", true)]
    [InlineData("userblock-latest.h5", "weights.bin", true)] // the signature is beyond the bytes that formats are shown
    public void A_file_is_known_by_its_content(string vector, string name, bool isCertain)
    {
        using TempFolder folder = new();
        FormatDetection detection = FormatRegistry.Detect(folder.Write(name, KerasFiles.Vector(vector)));
        Assert.IsType<KerasFormat>(detection.Format);
        Assert.Equal(isCertain, detection.IsCertain);
    }

    [Fact]
    public void A_file_that_was_transferred_as_text_is_refused_by_name()
    {
        using TempFolder folder = new();
        byte[] file = KerasFiles.Vector("types.h5");
        string path = folder.Write("x.bin", [.. file[..4], 0x0A, 0x1A, 0x0A, .. file[8..]]); // CR LF became LF
        ModelLocation location = Assert.Single(ModelReader.Locate(path));
        Assert.Equal("HDF5_SIGNATURE", Assert.Throws<ModelFormatException>(() => ModelReader.Open(location)).Code);
    }

    [Fact]
    public void Other_ZIP_archives_are_not_taken_for_models()
    {
        Assert.False(Matches(new ZipBuilder().Add("readme.txt", [1]).Build()));
        Assert.False(Matches(new ZipBuilder().Add("archive/data.pkl", [1]).Add("archive/config.json", [1]).Build()));
        Assert.True(Matches(new ZipBuilder().Add("config.json", new byte[10_000]).Add("model.weights.h5", [1]).Build()));
        Assert.True(Matches(new ZipBuilder().Add("config.json", [1]).Add("metadata.json", [1]).Build()));
        Assert.False(Matches([.. "PK\u0003\u0004"u8]));
        Assert.False(Matches([]));
    }

    [Theory]
    [InlineData("resnet.h5", "resnet")]
    [InlineData("resnet.weights.h5", "resnet")]
    [InlineData("model.weights.h5", "folder")]
    [InlineData("model.keras", "folder")]
    [InlineData("tf_model.h5", "folder")]
    public void A_model_is_named_after_its_file_unless_that_says_nothing(string file, string name)
    {
        using TempFolder folder = new();
        ModelLocation location = Assert.Single(ModelReader.Locate(folder.Write($"folder/{file}", KerasFiles.Vector("small.weights.h5"))));
        Assert.Equal(name, location.Name);
        Assert.Equal(ModelFormat.Keras, location.Format);
        Assert.Equal([file], location.WeightFiles);
    }

    [Fact]
    public void The_extensions_are_those_of_Keras() => Assert.Equal([".keras", ".h5", ".hdf5"], new KerasFormat().Extensions);

    private static bool Matches(byte[] file)
    {
        using MemoryByteSource source = new("x", file);
        return new KerasFormat().Matches(source, file.AsSpan(0, Math.Min(file.Length, FormatRegistry.HeaderSize)));
    }
}
