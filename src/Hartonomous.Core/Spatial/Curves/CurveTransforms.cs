using System.Runtime.CompilerServices;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Curves;

/// <summary>
/// What a curve does to coordinates before their bits are interleaved, the first axis highest, and undoes after. All work on sixteen
/// points at once, in place.
/// </summary>
internal interface ICurveTransform
{
    /// <summary>2 or 3.</summary>
    static abstract int Axes { get; }

    /// <summary>Coordinates to interleaved words.</summary>
    static abstract void Forward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T>;

    /// <summary>Interleaved words to coordinates.</summary>
    static abstract void Backward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T>;
}

/// <summary>Morton's order: x holds the lowest bit of each group, as in the usual Z-order.</summary>
internal readonly struct Morton3Transform : ICurveTransform
{
    /// <inheritdoc/>
    public static int Axes => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T> => (x, z) = (z, x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T> => (x, z) = (z, x);
}

/// <summary>Morton's order in two dimensions.</summary>
internal readonly struct Morton2Transform : ICurveTransform
{
    /// <inheritdoc/>
    public static int Axes => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T> => (x, y) = (y, x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T> => (x, y) = (y, x);
}

/// <summary>
/// Hilbert's curve after J. Skilling, "Programming the Hilbert curve", AIP Conference Proceedings 707 (2004), 381-387. The order of steps is
/// the paper's; tests of bits are masks, so that sixteen points go the same way.
/// </summary>
internal readonly struct Hilbert3Transform : ICurveTransform
{
    /// <inheritdoc/>
    public static int Axes => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T>
    {
        for (int bit = SpaceFillingCurve.Bits3D - 1; bit > 0; bit--)
        {
            T low = T.Create((1u << bit) - 1);
            x = T.Xor(x, T.And(T.SignMask(T.ShiftLeft(x, 31 - bit)), low));
            HilbertSteps.InvertOrSwap(ref x, ref y, low, 31 - bit);
            HilbertSteps.InvertOrSwap(ref x, ref z, low, 31 - bit);
        }

        y = T.Xor(y, x);
        z = T.Xor(z, y);
        T parity = HilbertSteps.ParityAbove(z);
        x = T.Xor(x, parity);
        y = T.Xor(y, parity);
        z = T.Xor(z, parity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T>
    {
        T carry = T.ShiftRight(z, 1);
        z = T.Xor(z, y);
        y = T.Xor(y, x);
        x = T.Xor(x, carry);
        for (int bit = 1; bit < SpaceFillingCurve.Bits3D; bit++)
        {
            T low = T.Create((1u << bit) - 1);
            HilbertSteps.InvertOrSwap(ref x, ref z, low, 31 - bit);
            HilbertSteps.InvertOrSwap(ref x, ref y, low, 31 - bit);
            x = T.Xor(x, T.And(T.SignMask(T.ShiftLeft(x, 31 - bit)), low));
        }
    }
}

/// <summary>Skilling's transform in two dimensions.</summary>
internal readonly struct Hilbert2Transform : ICurveTransform
{
    /// <inheritdoc/>
    public static int Axes => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T>
    {
        for (int bit = SpaceFillingCurve.Bits2D - 1; bit > 0; bit--)
        {
            T low = T.Create((1u << bit) - 1);
            x = T.Xor(x, T.And(T.SignMask(T.ShiftLeft(x, 31 - bit)), low));
            HilbertSteps.InvertOrSwap(ref x, ref y, low, 31 - bit);
        }

        y = T.Xor(y, x);
        T parity = HilbertSteps.ParityAbove(y);
        x = T.Xor(x, parity);
        y = T.Xor(y, parity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(ref T x, ref T y, ref T z)
        where T : struct, ILanes16<T>
    {
        T carry = T.ShiftRight(y, 1);
        y = T.Xor(y, x);
        x = T.Xor(x, carry);
        for (int bit = 1; bit < SpaceFillingCurve.Bits2D; bit++)
        {
            T low = T.Create((1u << bit) - 1);
            HilbertSteps.InvertOrSwap(ref x, ref y, low, 31 - bit);
            x = T.Xor(x, T.And(T.SignMask(T.ShiftLeft(x, 31 - bit)), low));
        }
    }
}

/// <summary>The steps that both dimensions share.</summary>
internal static class HilbertSteps
{
    /// <summary>Where the bit that <paramref name="toTop"/> moves to the top is set in <paramref name="other"/>, inverts the low bits of
    /// <paramref name="first"/>; elsewhere exchanges the low bits of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InvertOrSwap<T>(ref T first, ref T other, T low, int toTop)
        where T : struct, ILanes16<T>
    {
        T invert = T.And(T.SignMask(T.ShiftLeft(other, toTop)), low);
        T swap = T.And(T.Xor(first, other), T.Xor(low, invert));
        first = T.Xor(first, T.Xor(swap, invert));
        other = T.Xor(other, swap);
    }

    /// <summary>Each bit becomes the parity of the bits above it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ParityAbove<T>(T value)
        where T : struct, ILanes16<T>
    {
        value = T.Xor(value, T.ShiftRight(value, 1));
        value = T.Xor(value, T.ShiftRight(value, 2));
        value = T.Xor(value, T.ShiftRight(value, 4));
        value = T.Xor(value, T.ShiftRight(value, 8));
        value = T.Xor(value, T.ShiftRight(value, 16));
        return T.ShiftRight(value, 1);
    }
}
