using System.Buffers.Binary;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>ggml's reference quantizers: each multiplication, division and sum is rounded to float32 on its own.</summary>
internal static class BlockEncoders
{
    private const int Elements = 32;

    /// <summary>Q8_0: the largest magnitude becomes 127; the others are rounded to the nearest, ties away from 0.</summary>
    public static void ToQ8_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Elements..], destination = destination[34..])
        {
            float largest = 0;
            for (int i = 0; i < Elements; i++)
            {
                float magnitude = MathF.Abs(source[i]);
                largest = largest > magnitude ? largest : magnitude;
            }

            float scale = largest / 127;
            float inverse = scale != 0 ? 1 / scale : 0;
            BinaryPrimitives.WriteUInt16LittleEndian(destination, Float16.FromSingle(scale));
            for (int i = 0; i < Elements; i++)
            {
                destination[2 + i] = (byte)ToInteger(MathF.Round(source[i] * inverse, MidpointRounding.AwayFromZero));
            }
        }
    }

    /// <summary>Q4_0: the value of the largest magnitude, the first of several, becomes -8; 15 - 8 is the most the other side has.</summary>
    public static void ToQ4_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Elements..], destination = destination[18..])
        {
            float largest = 0;
            float extreme = 0;
            for (int i = 0; i < Elements; i++)
            {
                if (largest < MathF.Abs(source[i]))
                {
                    largest = MathF.Abs(source[i]);
                    extreme = source[i];
                }
            }

            float scale = extreme / -8;
            float inverse = scale != 0 ? 1 / scale : 0;
            BinaryPrimitives.WriteUInt16LittleEndian(destination, Float16.FromSingle(scale));
            for (int i = 0; i < Elements / 2; i++)
            {
                destination[2 + i] = (byte)(Nibble(source[i] * inverse) | (Nibble(source[i + 16] * inverse) << 4));
            }
        }
    }

    private static int Nibble(float value) => Math.Min(15, (int)(sbyte)ToInteger(value + 8.5f));

    /// <summary>
    /// The whole part of a number; of NaN and of what 32 bits cannot hold the number whose lower bits are 0, as x86 has it, on which ggml
    /// relies where scales are too small to be inverted.
    /// </summary>
    private static int ToInteger(float value) => MathF.Abs(value) < 2_147_483_648f ? (int)value : int.MinValue;
}
