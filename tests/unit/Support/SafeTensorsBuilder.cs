using System.Buffers.Binary;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Bytes of SafeTensors files, right and wrong ones, put together from raw header text.</summary>
internal static class SafeTensorsBuilder
{
    /// <summary>The length of the header, the header as it stands, the data.</summary>
    public static byte[] File(string header, ReadOnlySpan<byte> data = default) => File(Encoding.UTF8.GetBytes(header), data);

    /// <summary>The length of the header, the header as it stands, <paramref name="zeros"/> zero bytes of data.</summary>
    public static byte[] File(string header, int zeros) => File(header, new byte[zeros]);

    public static byte[] File(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data) => WithLength((ulong)header.Length, header, data);

    /// <summary>A file whose header length is <paramref name="length"/>, whatever the header's length is.</summary>
    public static byte[] WithLength(ulong length, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data = default)
    {
        byte[] bytes = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        header.CopyTo(bytes.AsSpan(8));
        data.CopyTo(bytes.AsSpan(8 + header.Length));
        return bytes;
    }

    /// <summary>The entry of one tensor in a header.</summary>
    public static string Tensor(string name, string dtype, string shape, long begin, long end) =>
        $$"""
        "{{name}}":{"dtype":"{{dtype}}","shape":{{shape}},"data_offsets":[{{begin}},{{end}}]}
        """;

    /// <summary>A file of U8 vectors, each filled with the values 1, 2, 3 ... over the whole file.</summary>
    public static byte[] Bytes(params (string Name, int Length)[] tensors)
    {
        List<string> entries = [];
        int at = 0;
        foreach ((string name, int length) in tensors)
        {
            entries.Add(Tensor(name, "U8", $"[{length}]", at, at + length));
            at += length;
        }

        byte[] data = [.. Enumerable.Range(1, at).Select(i => (byte)i)];
        return File($"{{{string.Join(",", entries)}}}", data);
    }
}
