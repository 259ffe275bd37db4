using System.Globalization;
using System.IO.Compression;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Keras;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>Opens Keras and HDF5 files from memory, and knows those that h5py wrote for the tests.</summary>
internal static class KerasFiles
{
    private static readonly Lazy<Dictionary<string, byte[]>> AllVectors = new(ReadVectors);

    /// <summary>What h5py reads from the files: name of the file, then tensor, dtype, shape, size and SHA-256.</summary>
    public static ILookup<string, (string Name, string Dtype, string Shape, long Size, string Sha256)> Expected { get; } =
        File.ReadLines(TestData.Local("keras/expected.tsv"))
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToLookup(
                cells => cells[0],
                cells => (cells[1], cells[2], cells[3], long.Parse(cells[4], CultureInfo.InvariantCulture), cells[5]),
                StringComparer.Ordinal);

    /// <summary>A copy of a file that h5py wrote.</summary>
    public static byte[] Vector(string name) =>
        AllVectors.Value.TryGetValue(name, out byte[]? bytes) ? [.. bytes] : File.ReadAllBytes(TestData.Local($"keras/{name}"));

    public static ModelSource Open(byte[] file, ReadLimits? limits = null, string name = "small.h5") =>
        Open(new MemoryByteSource(name, file), limits, name);

    public static ModelSource Open(ByteSource file, ReadLimits? limits = null, string name = "small.h5")
    {
        ModelLocation location = new() { Name = "small", Format = ModelFormat.Keras, Folder = Path.GetTempPath(), WeightFiles = [name] };
        return KerasFormat.Open(location, [new ModelFile(name, file)], limits ?? ReadLimits.Default, CancellationToken.None);
    }

    /// <summary>The error a file ends in when it is opened and all its tensors are read.</summary>
    public static ModelFormatException Refusal(byte[] file, ReadLimits? limits = null) => Assert.Throws<ModelFormatException>(() =>
    {
        using ModelSource model = Open(file, limits);
        foreach (TensorInfo tensor in model.Metadata.Tensors)
        {
            _ = Content(model, tensor);
        }
    });

    public static byte[] Content(ModelSource model, string name) =>
        Content(model, model.Metadata.Tensors.Single(tensor => tensor.Name == name));

    public static byte[] Content(ModelSource model, TensorInfo tensor)
    {
        using ByteSource source = model.OpenTensor(tensor);
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(0, bytes);
        return bytes;
    }

    /// <summary>Holds all tensors of a model against what h5py reads.</summary>
    public static void AssertExpected(ModelSource model,
        IEnumerable<(string Name, string Dtype, string Shape, long Size, string Sha256)> expected)
    {
        (string Name, string Dtype, string Shape, long Size, string Sha256)[] found =
        [
            .. model.Metadata.Tensors.Select(tensor =>
                (tensor.Name, tensor.Dtype.ToString(), tensor.Shape.ToString(), tensor.SizeBytes,
                    ContentHash.Of(Content(model, tensor)).ToString())),
        ];
        Assert.Equal(expected.OrderBy(row => row.Name, StringComparer.Ordinal), found.OrderBy(row => row.Name, StringComparer.Ordinal));
    }

    private static Dictionary<string, byte[]> ReadVectors()
    {
        using ZipArchive archive = ZipFile.OpenRead(TestData.Local("keras/vectors.zip"));
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            files.Add(entry.FullName, bytes.ToArray());
        }

        return files;
    }
}
