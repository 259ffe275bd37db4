using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>What the tests of the SafeTensors reader share.</summary>
internal static class SafeTensorsTest
{
    public static SafeTensorsHeader Read(byte[] file, ReadLimits? limits = null) =>
        SafeTensorsHeaderReader.Read(new MemoryByteSource("test.safetensors", file), "test.safetensors", limits ?? ReadLimits.Default);

    /// <summary>The error that reading the file ends in.</summary>
    public static ModelFormatException Fail(byte[] file, ReadLimits? limits = null) =>
        Assert.Throws<ModelFormatException>(() => Read(file, limits));

    public static ModelSource Open(string path) => ModelReader.Open(Assert.Single(ModelReader.Locate(path)));

    public static byte[] Content(ModelSource source, string tensor)
    {
        using ByteSource bytes = source.OpenTensor(source.Metadata.Tensors.Single(candidate => candidate.Name == tensor));
        return All(bytes);
    }

    public static byte[] All(ByteSource bytes)
    {
        byte[] content = new byte[bytes.Length];
        bytes.ReadExactly(0, content);
        return content;
    }
}
