using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>16 bits, two's complement.</summary>
internal readonly struct I16Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt16LittleEndian(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        Vector128.ConvertToSingle((Widening.LoadUInt16x4(ref source).AsInt32() << 16) >> 16);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Vector256.ConvertToSingle((Widening.LoadUInt16x8(ref source).AsInt32() << 16) >> 16);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.ConvertToSingle((Widening.LoadUInt16x16(ref source).AsInt32() << 16) >> 16);
}

/// <summary>16 bits, unsigned.</summary>
internal readonly struct U16Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt16LittleEndian(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        Vector128.ConvertToSingle(Widening.LoadUInt16x4(ref source).AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Vector256.ConvertToSingle(Widening.LoadUInt16x8(ref source).AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.ConvertToSingle(Widening.LoadUInt16x16(ref source).AsInt32());
}

/// <summary>32 bits, two's complement, rounded to the nearest float32.</summary>
internal readonly struct I32Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt32LittleEndian(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        Vector128.ConvertToSingle(Vector128.LoadUnsafe(ref source).AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref source).AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref source).AsInt32());
}

/// <summary>32 bits, unsigned, rounded to the nearest float32.</summary>
internal readonly struct U32Number : INumber
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt32LittleEndian(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref byte source) =>
        Vector128.ConvertToSingle(Vector128.LoadUnsafe(ref source).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref byte source) =>
        Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref source).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref byte source) =>
        Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref source).AsUInt32());
}
