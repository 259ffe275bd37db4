using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>
/// Puts together models in memory, of no particular format: files of literal bytes and tensors in a row. So the store and the pipeline are
/// tested without any reader.
/// </summary>
internal sealed class TestModel
{
    private readonly List<TensorInfo> _tensors = [];
    private readonly List<(string Path, MemoryStream Bytes)> _files = [];

    public TestModel(string name)
    {
        Name = name;
        BeginFile(name + ".bin");
    }

    public string Name { get; }

    public IReadOnlyList<(string Path, byte[] Bytes)> Files => [.. _files.Select(file => (file.Path, file.Bytes.ToArray()))];

    public TestModel BeginFile(string path)
    {
        if (_files is [{ Bytes.Length: 0 }])
        {
            _files.Clear();
        }

        _files.Add((path, new MemoryStream()));
        return this;
    }

    public TestModel Literal(ReadOnlySpan<byte> bytes)
    {
        _files[^1].Bytes.Write(bytes);
        return this;
    }

    public TestModel Tensor(
        string name, TensorDtype dtype, long[] shape, ReadOnlySpan<byte> stored, ByteOrder order = ByteOrder.Little, bool contiguous = true)
    {
        _tensors.Add(new TensorInfo
        {
            Name = name,
            Shape = new TensorShape(shape),
            Dtype = dtype,
            File = _files[^1].Path,
            Offset = _files[^1].Bytes.Length,
            SizeBytes = stored.Length,
            ByteOrder = order,
            IsContiguous = contiguous,
        });
        return Literal(stored);
    }

    /// <summary>The model, opened.</summary>
    public ModelSource Open() => new(
        new ModelLocation
        {
            Name = Name,
            Format = ModelFormat.SafeTensors,
            Folder = "/models",
            WeightFiles = [.. _files.Select(file => file.Path)],
        },
        new ModelMetadata
        {
            Format = ModelFormat.SafeTensors,
            Metadata = new Dictionary<string, MetadataValue> { ["general.name"] = MetadataValue.Of(Name) },
            Tensors = _tensors,
        },
        [.. _files.Select(file => new ModelFile(file.Path, new MemoryByteSource(file.Path, file.Bytes.ToArray())))]);

    /// <summary>Bytes that look like weights: nothing repeats. Equal for equal seeds.</summary>
    public static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
