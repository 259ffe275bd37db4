using System.Runtime.CompilerServices;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>
/// Pseudo-random numbers by position: the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014; constants of Stafford's variant 13) over a counter. Whole numbers only, so the same on every machine.
/// </summary>
internal static class SketchHash
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The key of a chunk.</summary>
    public static ulong ChunkKey(ulong seed, long chunk) => Mix(Mix(seed) + (((ulong)chunk + 1) * Golden));

    /// <summary>A number below <paramref name="dimension"/>: where a chunk's first value goes.</summary>
    public static int Rotation(ulong chunkKey, int dimension) => (int)Math.BigMul(Mix(chunkKey), (ulong)dimension, out _);

    /// <summary>The n-th word of 64 signs of a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SignWord(ulong chunkKey, int n) => Mix(chunkKey + (((ulong)n + 1) * Golden));

    /// <summary>SplitMix64's finaliser, a bijection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
