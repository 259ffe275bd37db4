using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Bytes and pairs of bytes to lanes of 32 bits, in their order.</summary>
internal static class Widening
{
    /// <summary>Signed bytes, in four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<int> First, Vector128<int> Second, Vector128<int> Third, Vector128<int> Fourth) Widen128(Vector128<sbyte> bytes)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(bytes);
        (Vector128<int> first, Vector128<int> second) = Vector128.Widen(low);
        (Vector128<int> third, Vector128<int> fourth) = Vector128.Widen(high);
        return (first, second, third, fourth);
    }

    /// <summary>Unsigned bytes, in four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<uint> First, Vector128<uint> Second, Vector128<uint> Third, Vector128<uint> Fourth) Widen128(Vector128<byte> bytes)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(bytes);
        (Vector128<uint> first, Vector128<uint> second) = Vector128.Widen(low);
        (Vector128<uint> third, Vector128<uint> fourth) = Vector128.Widen(high);
        return (first, second, third, fourth);
    }

    /// <summary>Signed bytes, in two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<int> First, Vector256<int> Second) Widen256(Vector128<sbyte> bytes)
    {
        if (Avx2.IsSupported)
        {
            return (Avx2.ConvertToVector256Int32(bytes), Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(bytes, 8)));
        }

        (Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth) = Widen128(bytes);
        return (Vector256.Create(first, second), Vector256.Create(third, fourth));
    }

    /// <summary>Unsigned bytes, in two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<uint> First, Vector256<uint> Second) Widen256(Vector128<byte> bytes)
    {
        if (Avx2.IsSupported)
        {
            return (
                Avx2.ConvertToVector256Int32(bytes).AsUInt32(),
                Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(bytes, 8)).AsUInt32());
        }

        (Vector128<uint> first, Vector128<uint> second, Vector128<uint> third, Vector128<uint> fourth) = Widen128(bytes);
        return (Vector256.Create(first, second), Vector256.Create(third, fourth));
    }

    /// <summary>Signed bytes, in one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen512(Vector128<sbyte> bytes)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(bytes);
        }

        (Vector256<int> first, Vector256<int> second) = Widen256(bytes);
        return Vector512.Create(first, second);
    }

    /// <summary>Unsigned bytes, in one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Widen512(Vector128<byte> bytes)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(bytes).AsUInt32();
        }

        (Vector256<uint> first, Vector256<uint> second) = Widen256(bytes);
        return Vector512.Create(first, second);
    }

    /// <summary>Four unsigned numbers of 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadUInt16x4(ref byte source) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref source)).AsUInt16());

    /// <summary>Eight unsigned numbers of 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadUInt16x8(ref byte source)
    {
        Vector128<ushort> numbers = Vector128.LoadUnsafe(ref source).AsUInt16();
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32(numbers).AsUInt32();
        }

        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(numbers);
        return Vector256.Create(low, high);
    }

    /// <summary>Sixteen unsigned numbers of 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadUInt16x16(ref byte source) =>
        Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(Vector256.LoadUnsafe(ref source).AsUInt16()).AsUInt32()
            : Vector512.Create(LoadUInt16x8(ref source), LoadUInt16x8(ref Unsafe.Add(ref source, 16)));
}
