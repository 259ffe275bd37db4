using System.Runtime.InteropServices;
using System.Text;

namespace Hartonomous.Benchmarks.Family;

/// <summary>
/// Writes a GGUF file, version 3, of Q8_0 matrices and F32 vectors (layout: ggml, docs/gguf.md; blocks: ggml-common.h, block_q8_0).
/// </summary>
internal static class GgufFile
{
    private const int Alignment = 32;
    private const uint TypeF32 = 0;
    private const uint TypeQ8 = 8;
    private const int BlockValues = 32;
    private const int BlockBytes = 34;

    /// <summary>Writes it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="shape">The model.</param>
    /// <param name="weights">The BF16 bytes of a tensor, by its name in SafeTensors files and their length.</param>
    public static void Write(string path, LlamaShape shape, Func<string, int, byte[]> weights)
    {
        (string Name, string GgufName, int[] Shape)[] tensors = [.. shape.Tensors()];
        using FileStream file = File.Create(path);
        using BinaryWriter writer = new(file);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((long)tensors.Length);
        (string Key, object Value)[] metadata =
        [
            ("general.architecture", "llama"), ("general.name", "bench"), ("general.file_type", 7u), ("llama.block_count", (uint)shape.Layers),
            ("llama.embedding_length", (uint)LlamaShape.Hidden), ("llama.feed_forward_length", (uint)LlamaShape.FeedForward),
            ("llama.attention.head_count", (uint)LlamaShape.Heads), ("llama.attention.head_count_kv", (uint)LlamaShape.KeyValueHeads),
            ("llama.context_length", 2048u), ("llama.vocab_size", (uint)shape.Vocabulary),
        ];
        writer.Write((long)metadata.Length);
        foreach ((string key, object value) in metadata)
        {
            WriteText(writer, key);
            writer.Write(value is string ? 8u : 4u);
            if (value is string text)
            {
                WriteText(writer, text);
            }
            else
            {
                writer.Write((uint)value);
            }
        }

        long offset = 0;
        foreach ((_, string name, int[] dimensions) in tensors)
        {
            WriteText(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (int dimension in dimensions.Reverse())
            {
                writer.Write((long)dimension);
            }

            writer.Write(dimensions.Length > 1 ? TypeQ8 : TypeF32);
            writer.Write(offset);
            offset += (StoredBytes(dimensions) + Alignment - 1) / Alignment * Alignment;
        }

        foreach ((string name, _, int[] dimensions) in tensors)
        {
            writer.Write(new byte[(Alignment - (file.Position % Alignment)) % Alignment]);
            ushort[] values = MemoryMarshal.Cast<byte, ushort>(weights(name, 2 * Count(dimensions))).ToArray();
            writer.Write(dimensions.Length > 1 ? Quantize(values) : [.. values.SelectMany(value => BitConverter.GetBytes(Weights.ToSingle(value)))]);
        }
    }

    /// <summary>Blocks of 32 values: a half-precision scale, the largest magnitude over 127, and 32 signed bytes.</summary>
    public static byte[] Quantize(ushort[] values)
    {
        byte[] blocks = new byte[values.Length / BlockValues * BlockBytes];
        Parallel.For(0, values.Length / BlockValues, block =>
        {
            ReadOnlySpan<ushort> source = values.AsSpan(block * BlockValues, BlockValues);
            Span<byte> target = blocks.AsSpan(block * BlockBytes, BlockBytes);
            float largest = 0;
            foreach (ushort value in source)
            {
                largest = Math.Max(largest, Math.Abs(Weights.ToSingle(value)));
            }

            float scale = largest / 127;
            BitConverter.TryWriteBytes(target, (Half)scale);
            for (int i = 0; i < BlockValues; i++)
            {
                target[2 + i] = (byte)(sbyte)(scale == 0 ? 0 : MathF.Round(Weights.ToSingle(source[i]) / scale, MidpointRounding.AwayFromZero));
            }
        });
        return blocks;
    }

    private static int Count(int[] dimensions) => dimensions.Aggregate(1, (product, dimension) => product * dimension);

    private static long StoredBytes(int[] dimensions) => dimensions.Length > 1 ? Count(dimensions) / BlockValues * BlockBytes : 4L * Count(dimensions);

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write((long)text.Length);
        writer.Write(Encoding.ASCII.GetBytes(text));
    }
}
