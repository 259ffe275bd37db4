using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Hartonomous.Tests.Cli;

/// <summary>Builds SafeTensors files of one-byte tensors by the format's specification, without the code under test.</summary>
internal static class TinyModel
{
    /// <summary>A file of U8 vectors with the given names and contents.</summary>
    public static byte[] Build(params (string Name, byte[] Content)[] tensors)
    {
        Dictionary<string, object> header = [];
        int offset = 0;
        foreach ((string name, byte[] content) in tensors)
        {
            header[name] = new { dtype = "U8", shape = new[] { content.Length }, data_offsets = new[] { offset, offset + content.Length } };
            offset += content.Length;
        }

        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        byte[] length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. tensors.SelectMany(tensor => tensor.Content)];
    }

    /// <summary>A file that ends one byte before its last tensor does.</summary>
    public static byte[] BuildTruncated(params (string Name, byte[] Content)[] tensors) => [.. Build(tensors).SkipLast(1)];
}
