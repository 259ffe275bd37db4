using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// 64 bits, two's complement, rounded to the nearest float32 in one step. Only AVX-512 converts such numbers in vectors; by way of float64
/// they would be rounded twice.
/// </summary>
internal readonly struct I64Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt64LittleEndian(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpan(ref source, 32);
        return Vector128.Create(Load(bytes), Load(bytes[8..]), Load(bytes[16..]), Load(bytes[24..]));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Avx512DQ.IsSupported
            ? Avx512DQ.ConvertToVector256Single(Vector512.LoadUnsafe(ref source).AsInt64())
            : Vector256.Create(Load128(ref source), Load128(ref Unsafe.Add(ref source, 32)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.Create(Load256(ref source), Load256(ref Unsafe.Add(ref source, 64)));
}

/// <summary>64 bits, unsigned, rounded to the nearest float32 in one step, as <see cref="I64Number"/>.</summary>
internal readonly struct U64Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(source);
        // The upper half of the range is halved first; its lowest bit stays as a sign that there was one, so that ties round as they should.
        return value <= long.MaxValue ? (long)value : 2f * (long)((value >> 1) | (value & 1));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpan(ref source, 32);
        return Vector128.Create(Load(bytes), Load(bytes[8..]), Load(bytes[16..]), Load(bytes[24..]));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Avx512DQ.IsSupported
            ? Avx512DQ.ConvertToVector256Single(Vector512.LoadUnsafe(ref source).AsUInt64())
            : Vector256.Create(Load128(ref source), Load128(ref Unsafe.Add(ref source, 32)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.Create(Load256(ref source), Load256(ref Unsafe.Add(ref source, 64)));
}
