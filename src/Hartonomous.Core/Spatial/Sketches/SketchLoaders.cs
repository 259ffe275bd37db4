using System.Runtime.CompilerServices;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>How values of an encoding become single-precision numbers; exact in every case.</summary>
internal unsafe interface ISketchLoader
{
    /// <summary>Bytes a value.</summary>
    static abstract int Size { get; }

    /// <summary>Sixteen values as bits of single-precision numbers; NaN and Inf stay what they are.</summary>
    static abstract T Load<T>(byte* source)
        where T : struct, ILanes16<T>;

    /// <summary>One value.</summary>
    static abstract float LoadOne(byte* source);
}

/// <summary>Single precision.</summary>
internal readonly unsafe struct SingleLoader : ISketchLoader
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(byte* source)
        where T : struct, ILanes16<T> => T.Load((uint*)source);

    /// <inheritdoc/>
    public static float LoadOne(byte* source) => Unsafe.ReadUnaligned<float>(source);
}

/// <summary>The upper half of single precision.</summary>
internal readonly unsafe struct BFloat16Loader : ISketchLoader
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(byte* source)
        where T : struct, ILanes16<T> => T.ShiftLeft(T.Load16((ushort*)source), 16);

    /// <inheritdoc/>
    public static float LoadOne(byte* source) => BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(source) << 16);
}

/// <summary>Half precision: exponent and fraction moved into place, then scaled by 2^112, which also normalises subnormal halfs.</summary>
internal readonly unsafe struct HalfLoader : ISketchLoader
{
    private const uint LargestFinite = 0x7BFFu << 13;
    private const uint ExponentMask = 0x7F800000;
    private const uint TwoTo112 = 0x77800000;

    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(byte* source)
        where T : struct, ILanes16<T>
    {
        T half = T.Load16((ushort*)source);
        T sign = T.ShiftLeft(T.And(half, T.Create(0x8000)), 16);
        T magnitude = T.ShiftLeft(T.And(half, T.Create(0x7FFF)), 13);
        T nonFinite = T.And(T.Less(T.Create(LargestFinite), magnitude), T.Create(ExponentMask));
        return T.Or(T.Or(T.MultiplySingle(magnitude, T.Create(TwoTo112)), sign), nonFinite);
    }

    /// <inheritdoc/>
    public static float LoadOne(byte* source) => (float)Unsafe.ReadUnaligned<Half>(source);
}
