using System.Runtime.InteropServices;
using Hartonomous.Core.Models;

namespace Hartonomous.Benchmarks.Family;

/// <summary>
/// Weights in BF16 that look like real ones: normally distributed with a deviation of 0.02. A tensor's values depend on its name and their
/// place alone, so that a longer tensor begins as a shorter one of its name, and every run makes the same files.
/// </summary>
internal static class Weights
{
    private const int ChunkBytes = 1 << 20;
    private const double Deviation = 0.02;

    /// <summary>65,536 samples of the distribution to draw from: drawing costs a hundredth of computing.</summary>
    private static readonly ushort[] Samples = MakeSamples();

    /// <summary>Makes the bytes of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Length in bytes.</param>
    /// <param name="changedBytes">
    /// The values of so many bytes from the beginning on are those of a fine-tune, the rest those of the base.
    /// </param>
    public static byte[] Make(string name, int bytes, int changedBytes = 0)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(bytes);
        Parallel.For(0, (bytes + ChunkBytes - 1) / ChunkBytes, chunk =>
        {
            int start = chunk * ChunkBytes;
            Span<byte> values = content.AsSpan(start, Math.Min(ChunkBytes, bytes - start));
            Fill(values, Seed(name, chunk, tuned: false));
            int changed = Math.Clamp(changedBytes - start, 0, values.Length);
            Fill(values[..changed], Seed(name, chunk, tuned: true));
        });
        return content;
    }

    /// <summary>The number that a BF16 stands for.</summary>
    public static float ToSingle(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    private static void Fill(Span<byte> bytes, ulong seed)
    {
        Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(bytes);
        ulong bits = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (i % 4 == 0)
            {
                bits = Next(ref seed);
            }

            values[i] = Samples[(ushort)bits];
            bits >>= 16;
        }
    }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Seed(string name, int chunk, bool tuned)
    {
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        ContentHash.Of(System.Text.Encoding.UTF8.GetBytes($"{name}/{chunk}/{tuned}")).CopyTo(hash);
        return BitConverter.ToUInt64(hash);
    }

    /// <summary>Normal samples by Box and Muller's method, rounded to the nearest BF16.</summary>
    private static ushort[] MakeSamples()
    {
        ulong state = 42;
        ushort[] samples = new ushort[1 << 16];
        for (int i = 0; i < samples.Length; i++)
        {
            double first = ((Next(ref state) >> 11) + 1) * Math.ScaleB(1, -53);
            double second = (Next(ref state) >> 11) * Math.ScaleB(1, -53);
            float value = (float)(Deviation * Math.Sqrt(-2 * Math.Log(first)) * Math.Cos(2 * Math.PI * second));
            uint bits = BitConverter.SingleToUInt32Bits(value);
            samples[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        return samples;
    }
}
