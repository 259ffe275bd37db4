using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// Pairs of a real and an imaginary part, of which one real number is left. Complex weights are rare and small: they are decoded one after
/// the other at every width.
/// </summary>
internal readonly struct ComplexKernel<TNumber, TPart> : IDecodeKernel
    where TNumber : struct, IComplexNumber
    where TPart : struct, IComplexPart
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            ReadOnlySpan<byte> pair = source.Slice(2 * i * TNumber.Size, 2 * TNumber.Size);
            destination[i] = TPart.Of(TNumber.Load(pair), TNumber.Load(pair[TNumber.Size..]));
        }
    }

    /// <inheritdoc/>
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination) => Scalar(source, destination);

    /// <inheritdoc/>
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination) => Scalar(source, destination);

    /// <inheritdoc/>
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination) => Scalar(source, destination);
}

/// <summary>How the parts of a complex number are stored.</summary>
internal interface IComplexNumber
{
    /// <summary>Bytes of a part.</summary>
    static abstract int Size { get; }

    /// <summary>The part at the beginning of a span.</summary>
    static abstract double Load(ReadOnlySpan<byte> source);
}

/// <summary>Which real number is made of a complex one.</summary>
internal interface IComplexPart
{
    /// <summary>The number.</summary>
    static abstract float Of(double real, double imaginary);
}

/// <summary>Parts of 32 bits.</summary>
internal readonly struct ComplexOfSingle : IComplexNumber
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    public static double Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadSingleLittleEndian(source);
}

/// <summary>Parts of 64 bits.</summary>
internal readonly struct ComplexOfDouble : IComplexNumber
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    public static double Load(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadDoubleLittleEndian(source);
}

/// <summary>
/// The absolute value. The squares of what float64 holds may overflow or vanish, but only where the float32 of the root is infinite or 0 all
/// the same.
/// </summary>
internal readonly struct ComplexMagnitude : IComplexPart
{
    /// <inheritdoc/>
    public static float Of(double real, double imaginary) =>
        double.IsInfinity(real) || double.IsInfinity(imaginary)
            ? float.PositiveInfinity
            : (float)Math.Sqrt((real * real) + (imaginary * imaginary));
}

/// <summary>The real part.</summary>
internal readonly struct ComplexReal : IComplexPart
{
    /// <inheritdoc/>
    public static float Of(double real, double imaginary) => (float)real;
}

/// <summary>The imaginary part.</summary>
internal readonly struct ComplexImaginary : IComplexPart
{
    /// <inheritdoc/>
    public static float Of(double real, double imaginary) => (float)imaginary;
}
