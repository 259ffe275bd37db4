using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>A whole number from 0 on.</summary>
internal readonly struct UnsignedCode : ICode
{
    /// <inheritdoc/>
    public static float ToSingle(uint code) => code;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> codes) => Vector128.ConvertToSingle(codes.AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> codes) => Vector256.ConvertToSingle(codes.AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> codes) => Vector512.ConvertToSingle(codes.AsInt32());
}

/// <summary>A whole number in two's complement.</summary>
internal readonly struct SignedCode<TPacking> : ICode
    where TPacking : struct, IPacking
{
    /// <inheritdoc/>
    public static float ToSingle(uint code) => (int)code - ((code >> (TPacking.Bits - 1)) << TPacking.Bits);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> codes) =>
        Vector128.ConvertToSingle((codes.AsInt32() << (32 - TPacking.Bits)) >> (32 - TPacking.Bits));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> codes) =>
        Vector256.ConvertToSingle((codes.AsInt32() << (32 - TPacking.Bits)) >> (32 - TPacking.Bits));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> codes) =>
        Vector512.ConvertToSingle((codes.AsInt32() << (32 - TPacking.Bits)) >> (32 - TPacking.Bits));
}

/// <summary>A truth value: 0 for 0, 1 for all else.</summary>
internal readonly struct BoolCode : ICode
{
    /// <inheritdoc/>
    public static float ToSingle(uint code) => code == 0 ? 0f : 1f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> codes) =>
        Vector128.AndNot(Vector128<float>.One, Vector128.Equals(codes, Vector128<uint>.Zero).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> codes) =>
        Vector256.AndNot(Vector256<float>.One, Vector256.Equals(codes, Vector256<uint>.Zero).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> codes) =>
        Vector512.AndNot(Vector512<float>.One, Vector512.Equals(codes, Vector512<uint>.Zero).AsSingle());
}

/// <summary>
/// E8M0: a power of two, 2^(code - 127). Code 0 is 2^-127, a subnormal float32; 255 is NaN. Microscaling specification (OCP MX 1.0),
/// section 5.4.1.
/// </summary>
internal readonly struct ExponentCode : ICode
{
    private const uint Smallest = 0x0040_0000;
    private const uint Nan = 0x7FC0_0000;

    /// <inheritdoc/>
    public static float ToSingle(uint code) => BitConverter.UInt32BitsToSingle(code switch
    {
        0 => Smallest,
        255 => Nan,
        _ => code << 23,
    });

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> codes)
    {
        Vector128<uint> small = Vector128.Equals(codes, Vector128<uint>.Zero) & Vector128.Create(Smallest);
        Vector128<uint> nan = Vector128.Equals(codes, Vector128.Create(255u)) & Vector128.Create(Nan);
        return ((codes << 23) | small | nan).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> codes)
    {
        Vector256<uint> small = Vector256.Equals(codes, Vector256<uint>.Zero) & Vector256.Create(Smallest);
        Vector256<uint> nan = Vector256.Equals(codes, Vector256.Create(255u)) & Vector256.Create(Nan);
        return ((codes << 23) | small | nan).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> codes)
    {
        Vector512<uint> small = Vector512.Equals(codes, Vector512<uint>.Zero) & Vector512.Create(Smallest);
        Vector512<uint> nan = Vector512.Equals(codes, Vector512.Create(255u)) & Vector512.Create(Nan);
        return ((codes << 23) | small | nan).AsSingle();
    }
}
