namespace Hartonomous.Core.Spatial.Curves;

/// <summary>One point at a time: Skilling's transform as his paper prints it, and the interleaving of bits.</summary>
internal static class CurveScalar
{
    /// <summary>Coordinates, first axis first, to the words whose interleaved bits are the Hilbert value.</summary>
    public static void AxesToTranspose(Span<uint> axes, int bits)
    {
        for (uint q = 1u << (bits - 1); q > 1; q >>= 1)
        {
            for (int i = 0; i < axes.Length; i++)
            {
                InvertOrSwap(axes, i, q);
            }
        }

        for (int i = 1; i < axes.Length; i++)
        {
            axes[i] ^= axes[i - 1];
        }

        uint t = 0;
        for (uint q = 1u << (bits - 1); q > 1; q >>= 1)
        {
            t ^= (axes[^1] & q) != 0 ? q - 1 : 0;
        }

        foreach (ref uint axis in axes)
        {
            axis ^= t;
        }
    }

    /// <summary>The inverse of <see cref="AxesToTranspose"/>.</summary>
    public static void TransposeToAxes(Span<uint> axes, int bits)
    {
        uint t = axes[^1] >> 1;
        for (int i = axes.Length - 1; i > 0; i--)
        {
            axes[i] ^= axes[i - 1];
        }

        axes[0] ^= t;
        for (int bit = 1; bit < bits; bit++)
        {
            for (int i = axes.Length - 1; i >= 0; i--)
            {
                InvertOrSwap(axes, i, 1u << bit);
            }
        }
    }

    /// <summary>Bits of the words side by side, those of the first word highest.</summary>
    public static long Interleave(ReadOnlySpan<uint> words, int bits)
    {
        ulong key = 0;
        for (int bit = bits - 1; bit >= 0; bit--)
        {
            foreach (uint word in words)
            {
                key = (key << 1) | ((word >> bit) & 1);
            }
        }

        return (long)key;
    }

    /// <summary>The inverse of <see cref="Interleave"/>.</summary>
    public static void Separate(long key, Span<uint> words, int bits)
    {
        words.Clear();
        for (int bit = bits * words.Length; bit > 0; bit--)
        {
            ref uint word = ref words[words.Length - 1 - ((bit - 1) % words.Length)];
            word = (word << 1) | (uint)((key >> (bit - 1)) & 1);
        }
    }

    private static void InvertOrSwap(Span<uint> axes, int i, uint q)
    {
        uint p = q - 1;
        if ((axes[i] & q) != 0)
        {
            axes[0] ^= p;
            return;
        }

        uint t = (axes[0] ^ axes[i]) & p;
        axes[0] ^= t;
        axes[i] ^= t;
    }
}
