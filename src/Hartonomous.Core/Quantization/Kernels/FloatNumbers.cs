using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>IEEE binary16, as <see cref="Float16"/> has it.</summary>
internal readonly struct F16Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => Float16.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        Float16.ToSingle(Widening.LoadUInt16x4(ref source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Float16.ToSingle(Widening.LoadUInt16x8(ref source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Float16.ToSingle(Widening.LoadUInt16x16(ref source));
}

/// <summary>bfloat16: the upper half of a float32, so that every value is exact and a NaN keeps its payload, signalling or not.</summary>
internal readonly struct BF16Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source) << 16);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        (Widening.LoadUInt16x4(ref source) << 16).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        (Widening.LoadUInt16x8(ref source) << 16).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        (Widening.LoadUInt16x16(ref source) << 16).AsSingle();
}

/// <summary>
/// float64, rounded to the nearest float32, ties to even; what float32 cannot reach is infinite. A NaN comes out quiet, with the upper bits
/// of its payload.
/// </summary>
internal readonly struct F64Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => (float)BinaryPrimitives.ReadDoubleLittleEndian(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        Vector128.Narrow(Vector128.LoadUnsafe(ref source).AsDouble(), Vector128.LoadUnsafe(ref source, 16).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Vector256.Narrow(Vector256.LoadUnsafe(ref source).AsDouble(), Vector256.LoadUnsafe(ref source, 32).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.Narrow(Vector512.LoadUnsafe(ref source).AsDouble(), Vector512.LoadUnsafe(ref source, 64).AsDouble());
}
