using System.Buffers.Binary;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Importance matrices in both forms, as llama.cpp's <c>tools/imatrix/imatrix.cpp</c> writes them.</summary>
internal static class ImatrixBuilder
{
    /// <summary>The GGUF form of one entry.</summary>
    public static byte[] Gguf(string name, float[] sums, float[] counts, string type = "imatrix") => new GgufBuilder()
        .Text("general.type", type)
        .Array("imatrix.datasets", 8, 1, writer => writer.Text("calibration.txt"))
        .U32("imatrix.chunk_count", 1)
        .U32("imatrix.chunk_size", 512)
        .Add($"{name}.in_sum2", 0, [(ulong)(sums.Length / counts.Length), (ulong)counts.Length], Bytes(sums))
        .Add($"{name}.counts", 0, [1, (ulong)counts.Length], Bytes(counts))
        .Build();

    /// <summary>The older form of one entry; the values are mean squares times calls.</summary>
    public static byte[] Legacy(string name, int calls, float[] values, string? dataset = "calibration.txt")
    {
        MemoryStream stream = new();
        Int32(stream, 1);
        Int32(stream, Encoding.UTF8.GetByteCount(name));
        stream.Write(Encoding.UTF8.GetBytes(name));
        Int32(stream, calls);
        Int32(stream, values.Length);
        stream.Write(Bytes(values));
        if (dataset is not null)
        {
            Int32(stream, calls);
            Int32(stream, dataset.Length);
            stream.Write(Encoding.UTF8.GetBytes(dataset));
        }

        return stream.ToArray();
    }

    public static void Int32(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    public static byte[] Bytes(float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }
}
