using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// TQ1_0: 48 bytes of five values, 4 bytes of four, d binary16; (q - 1) * d. A byte is a fraction of 256 whose digits to the base of 3 are the
/// values: multiplied with a power of 3, modulo 256, it begins with the digit wanted.
/// </summary>
internal readonly struct TQ1_0Block : IByteBlock
{
    private static ReadOnlySpan<byte> Powers => [1, 3, 9, 27, 81];

    /// <inheritdoc/>
    public static int Bytes => 54;

    /// <inheritdoc/>
    public static int Runs => 8;

    /// <inheritdoc/>
    public static bool ManyScales => false;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ref byte block, int run, out float first, out float second) =>
        first = second = BlockParts.Half(ref block, 52);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(ref byte block) => 0;

    /// <inheritdoc/>
    public static int Value(ref byte block, int index)
    {
        // 160 values in the first 32 bytes, 80 in the next 16, 16 in the last 4.
        (int offset, int power) = index switch
        {
            < 160 => (index % 32, index / 32),
            < 240 => (32 + (index % 16), (index - 160) / 16),
            _ => (48 + (index % 4), (index - 240) / 4),
        };
        int digits = (byte)(Unsafe.Add(ref block, offset) * Powers[power]);
        return ((digits * 3) >> 8) - 1;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        if (run < 5)
        {
            first = Digit(Vector128.LoadUnsafe(ref block), Vector128.Create(Powers[run]));
            second = Digit(Vector128.LoadUnsafe(ref block, 16), Vector128.Create(Powers[run]));
            return;
        }

        Vector128<byte> middle = Vector128.LoadUnsafe(ref block, 32);
        first = Digit(middle, Vector128.Create(Powers[(2 * run) - 10]));
        second = run < 7
            ? Digit(middle, Vector128.Create(Powers[(2 * run) - 9]))
            : Digit(
                Vector128.Create(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref block, 48))).AsByte(),
                Vector128.Create((byte)1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 9, 9, 27, 27, 27, 27));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Digit(Vector128<byte> bytes, Vector128<byte> power)
    {
        // q * 3 / 256 is 1 from 86 on and 2 from 171 on; a comparison that holds is -1.
        Vector128<byte> shifted = bytes * power;
        Vector128<sbyte> one = Vector128.GreaterThanOrEqual(shifted, Vector128.Create((byte)86)).AsSByte();
        Vector128<sbyte> two = Vector128.GreaterThanOrEqual(shifted, Vector128.Create((byte)171)).AsSByte();
        return -(one + two) - Vector128<sbyte>.One;
    }
}
