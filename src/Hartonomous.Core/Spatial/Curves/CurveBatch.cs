using System.Runtime.CompilerServices;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Curves;

/// <summary>Keys of many points, sixteen a step: the curve's transform, then the interleaving of bits by shifts and masks.</summary>
/// <typeparam name="TCurve">The curve.</typeparam>
internal static unsafe class CurveBatch<TCurve>
    where TCurve : struct, ICurveTransform
{
    /// <summary>Points a step.</summary>
    public const int Step = 16;

    /// <summary>Keys of points. Returns all bits that were set in any coordinate, for the caller to check.</summary>
    public static uint Encode<T>(uint* x, uint* y, uint* z, long* keys, int count)
        where T : struct, ILanes16<T>
    {
        T seen = T.Create(0);
        int i = 0;
        for (; i <= count - Step; i += Step)
        {
            seen = T.Or(seen, EncodeStep<T>(x + i, y + i, TCurve.Axes == 3 ? z + i : x + i, keys + i));
        }

        if (i < count)
        {
            uint* rest = stackalloc uint[3 * Step];
            long* restKeys = stackalloc long[Step];
            new Span<uint>(rest, 3 * Step).Clear();
            new Span<uint>(x + i, count - i).CopyTo(new Span<uint>(rest, Step));
            new Span<uint>(y + i, count - i).CopyTo(new Span<uint>(rest + Step, Step));
            if (TCurve.Axes == 3)
            {
                new Span<uint>(z + i, count - i).CopyTo(new Span<uint>(rest + (2 * Step), Step));
            }

            seen = T.Or(seen, EncodeStep<T>(rest, rest + Step, rest + (2 * Step), restKeys));
            new Span<long>(restKeys, count - i).CopyTo(new Span<long>(keys + i, count - i));
        }

        uint* lanes = stackalloc uint[Step];
        T.Store(seen, lanes);
        uint bits = 0;
        for (int lane = 0; lane < Step; lane++)
        {
            bits |= lanes[lane];
        }

        return bits;
    }

    /// <summary>Points of keys.</summary>
    public static void Decode<T>(long* keys, uint* x, uint* y, uint* z, int count)
        where T : struct, ILanes16<T>
    {
        uint* rest = stackalloc uint[3 * Step];
        long* restKeys = stackalloc long[Step];
        int i = 0;
        for (; i <= count - Step; i += Step)
        {
            DecodeStep<T>(keys + i, x + i, y + i, TCurve.Axes == 3 ? z + i : rest);
        }

        if (i < count)
        {
            new Span<long>(restKeys, Step).Clear();
            new Span<long>(keys + i, count - i).CopyTo(new Span<long>(restKeys, Step));
            DecodeStep<T>(restKeys, rest, rest + Step, rest + (2 * Step));
            new Span<uint>(rest, count - i).CopyTo(new Span<uint>(x + i, count - i));
            new Span<uint>(rest + Step, count - i).CopyTo(new Span<uint>(y + i, count - i));
            if (TCurve.Axes == 3)
            {
                new Span<uint>(rest + (2 * Step), count - i).CopyTo(new Span<uint>(z + i, count - i));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T EncodeStep<T>(uint* xs, uint* ys, uint* zs, long* keys)
        where T : struct, ILanes16<T>
    {
        T x = T.Load(xs);
        T y = T.Load(ys);
        T z = T.Load(zs);
        T seen = T.Or(T.Or(x, y), z);
        TCurve.Forward(ref x, ref y, ref z);
        T.Store(Interleave(T.WidenLower(x), T.WidenLower(y), T.WidenLower(z)), (uint*)keys);
        T.Store(Interleave(T.WidenUpper(x), T.WidenUpper(y), T.WidenUpper(z)), (uint*)(keys + (Step / 2)));
        return seen;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DecodeStep<T>(long* keys, uint* xs, uint* ys, uint* zs)
        where T : struct, ILanes16<T>
    {
        T lower = T.Load((uint*)keys);
        T upper = T.Load((uint*)(keys + (Step / 2)));
        int axes = TCurve.Axes;
        T x = T.Narrow(Gather(T.ShiftRight64(lower, axes - 1)), Gather(T.ShiftRight64(upper, axes - 1)));
        T y = T.Narrow(Gather(T.ShiftRight64(lower, axes - 2)), Gather(T.ShiftRight64(upper, axes - 2)));
        T z = axes == 3 ? T.Narrow(Gather(lower), Gather(upper)) : T.Create(0);
        TCurve.Backward(ref x, ref y, ref z);
        T.Store(x, xs);
        T.Store(y, ys);
        T.Store(z, zs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Interleave<T>(T x, T y, T z)
        where T : struct, ILanes16<T> =>
        TCurve.Axes == 3
            ? T.Or(T.Or(T.ShiftLeft64(Spread(x), 2), T.ShiftLeft64(Spread(y), 1)), Spread(z))
            : T.Or(T.ShiftLeft64(Spread(x), 1), Spread(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Spread<T>(T value)
        where T : struct, ILanes16<T>
    {
        if (TCurve.Axes == 3)
        {
            value = SpreadStep(value, 32, 0x001F00000000FFFF);
            value = SpreadStep(value, 16, 0x001F0000FF0000FF);
            value = SpreadStep(value, 8, 0x100F00F00F00F00F);
            value = SpreadStep(value, 4, 0x10C30C30C30C30C3);
            return SpreadStep(value, 2, 0x1249249249249249);
        }

        value = SpreadStep(value, 16, 0x0000FFFF0000FFFF);
        value = SpreadStep(value, 8, 0x00FF00FF00FF00FF);
        value = SpreadStep(value, 4, 0x0F0F0F0F0F0F0F0F);
        value = SpreadStep(value, 2, 0x3333333333333333);
        return SpreadStep(value, 1, 0x5555555555555555);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gather<T>(T value)
        where T : struct, ILanes16<T>
    {
        if (TCurve.Axes == 3)
        {
            value = T.And(value, T.Create64(0x1249249249249249));
            value = GatherStep(value, 2, 0x10C30C30C30C30C3);
            value = GatherStep(value, 4, 0x100F00F00F00F00F);
            value = GatherStep(value, 8, 0x001F0000FF0000FF);
            value = GatherStep(value, 16, 0x001F00000000FFFF);
            return GatherStep(value, 32, 0x00000000001FFFFF);
        }

        value = T.And(value, T.Create64(0x5555555555555555));
        value = GatherStep(value, 1, 0x3333333333333333);
        value = GatherStep(value, 2, 0x0F0F0F0F0F0F0F0F);
        value = GatherStep(value, 4, 0x00FF00FF00FF00FF);
        value = GatherStep(value, 8, 0x0000FFFF0000FFFF);
        return GatherStep(value, 16, 0x00000000FFFFFFFF);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SpreadStep<T>(T value, int shift, ulong mask)
        where T : struct, ILanes16<T> => T.And(T.Or(value, T.ShiftLeft64(value, shift)), T.Create64(mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T GatherStep<T>(T value, int shift, ulong mask)
        where T : struct, ILanes16<T> => T.And(T.Or(value, T.ShiftRight64(value, shift)), T.Create64(mask));
}
