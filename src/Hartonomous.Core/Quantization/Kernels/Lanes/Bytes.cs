using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Quantization.Kernels.Lanes;

/// <summary>Loads and bit fields of sixteen bytes at a time. Integers in blocks are little-endian, as on every machine that .NET's vectors run on.</summary>
internal static unsafe class Bytes
{
    /// <summary>The sixteen bytes at an address of any alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* source) => Vector128.Load(source);

    /// <summary><c>(value &gt;&gt; count) &amp; mask</c> of every byte. The mask has to clear the <paramref name="count"/> upper bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Right(Vector128<byte> value, int count, byte mask) =>
        Vector128.ShiftRightLogical(value.AsUInt16(), count).AsByte() & Vector128.Create(mask);

    /// <summary><c>(value &lt;&lt; count) &amp; mask</c> of every byte. The mask has to clear the <paramref name="count"/> lower bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Left(Vector128<byte> value, int count, byte mask) =>
        Vector128.ShiftLeft(value.AsUInt16(), count).AsByte() & Vector128.Create(mask);

    /// <summary>The eight bytes of <paramref name="packed"/> as sixteen 4-bit values, the low one of each byte first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Nibbles(ulong packed)
    {
        Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalar(packed).AsByte());
        return (wide | (wide << 4)).AsByte() & Vector128.Create((byte)0x0F);
    }

    /// <summary><c>table[index]</c> for sixteen indices below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Lookup(Vector128<sbyte> table, Vector128<byte> index)
    {
        if (Ssse3.IsSupported)
        {
            return Ssse3.Shuffle(table, index.AsSByte());
        }

        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.VectorTableLookup(table, index.AsSByte()) : Vector128.Shuffle(table, index.AsSByte());
    }

    /// <summary>The half-precision number at an address of any alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(byte* source) => Float16.ToSingle(Unsafe.ReadUnaligned<ushort>(source));
}
