using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Numerics.Lanes;

/// <summary>Sixteen 32-bit lanes in four vectors of 128 bits.</summary>
internal readonly unsafe struct Lanes16V128 : ILanes16<Lanes16V128>
{
    private readonly Vector128<uint> _a;
    private readonly Vector128<uint> _b;
    private readonly Vector128<uint> _c;
    private readonly Vector128<uint> _d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes16V128(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c, Vector128<uint> d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Load(uint* source) =>
        new(Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Load16(ushort* source) =>
        new(
            Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()),
            Vector128.WidenLower(Vector64.Load(source + 4).ToVector128Unsafe()),
            Vector128.WidenLower(Vector64.Load(source + 8).ToVector128Unsafe()),
            Vector128.WidenLower(Vector64.Load(source + 12).ToVector128Unsafe()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Create(uint value) => new(Vector128.Create(value), Vector128.Create(value), Vector128.Create(value), Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes16V128 value, uint* destination)
    {
        value._a.Store(destination);
        value._b.Store(destination + 4);
        value._c.Store(destination + 8);
        value._d.Store(destination + 12);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 And(Lanes16V128 left, Lanes16V128 right) => new(left._a & right._a, left._b & right._b, left._c & right._c, left._d & right._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 AndNot(Lanes16V128 left, Lanes16V128 right) =>
        new(left._a & ~right._a, left._b & ~right._b, left._c & ~right._c, left._d & ~right._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Or(Lanes16V128 left, Lanes16V128 right) => new(left._a | right._a, left._b | right._b, left._c | right._c, left._d | right._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Xor(Lanes16V128 left, Lanes16V128 right) => new(left._a ^ right._a, left._b ^ right._b, left._c ^ right._c, left._d ^ right._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 ShiftLeft(Lanes16V128 value, int count) => new(value._a << count, value._b << count, value._c << count, value._d << count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 ShiftRight(Lanes16V128 value, int count) => new(value._a >>> count, value._b >>> count, value._c >>> count, value._d >>> count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 SignMask(Lanes16V128 value) =>
        new(
            (value._a.AsInt32() >> 31).AsUInt32(),
            (value._b.AsInt32() >> 31).AsUInt32(),
            (value._c.AsInt32() >> 31).AsUInt32(),
            (value._d.AsInt32() >> 31).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Less(Lanes16V128 left, Lanes16V128 right) =>
        new(
            Vector128.LessThan(left._a.AsInt32(), right._a.AsInt32()).AsUInt32(),
            Vector128.LessThan(left._b.AsInt32(), right._b.AsInt32()).AsUInt32(),
            Vector128.LessThan(left._c.AsInt32(), right._c.AsInt32()).AsUInt32(),
            Vector128.LessThan(left._d.AsInt32(), right._d.AsInt32()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Equal(Lanes16V128 left, Lanes16V128 right) =>
        new(Vector128.Equals(left._a, right._a), Vector128.Equals(left._b, right._b), Vector128.Equals(left._c, right._c), Vector128.Equals(left._d, right._d));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Subtract(Lanes16V128 left, Lanes16V128 right) =>
        new(left._a - right._a, left._b - right._b, left._c - right._c, left._d - right._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Add(Lanes16V128 left, Lanes16V128 right) => new(left._a + right._a, left._b + right._b, left._c + right._c, left._d + right._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 LookUp(Lanes16V128 table, Lanes16V128 indices) =>
        new(
            ByteTable.LookUp(table._a.AsByte(), indices._a.AsByte()).AsUInt32(),
            ByteTable.LookUp(table._b.AsByte(), indices._b.AsByte()).AsUInt32(),
            ByteTable.LookUp(table._c.AsByte(), indices._c.AsByte()).AsUInt32(),
            ByteTable.LookUp(table._d.AsByte(), indices._d.AsByte()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater16(Lanes16V128 left, Lanes16V128 right) =>
        Vector128.GreaterThanAny(left._a.AsUInt16(), right._a.AsUInt16()) ||
        Vector128.GreaterThanAny(left._b.AsUInt16(), right._b.AsUInt16()) ||
        Vector128.GreaterThanAny(left._c.AsUInt16(), right._c.AsUInt16()) ||
        Vector128.GreaterThanAny(left._d.AsUInt16(), right._d.AsUInt16());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 AddSingle(Lanes16V128 left, Lanes16V128 right) =>
        new(
            (left._a.AsSingle() + right._a.AsSingle()).AsUInt32(),
            (left._b.AsSingle() + right._b.AsSingle()).AsUInt32(),
            (left._c.AsSingle() + right._c.AsSingle()).AsUInt32(),
            (left._d.AsSingle() + right._d.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 SubtractSingle(Lanes16V128 left, Lanes16V128 right) =>
        new(
            (left._a.AsSingle() - right._a.AsSingle()).AsUInt32(),
            (left._b.AsSingle() - right._b.AsSingle()).AsUInt32(),
            (left._c.AsSingle() - right._c.AsSingle()).AsUInt32(),
            (left._d.AsSingle() - right._d.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 MultiplySingle(Lanes16V128 left, Lanes16V128 right) =>
        new(
            (left._a.AsSingle() * right._a.AsSingle()).AsUInt32(),
            (left._b.AsSingle() * right._b.AsSingle()).AsUInt32(),
            (left._c.AsSingle() * right._c.AsSingle()).AsUInt32(),
            (left._d.AsSingle() * right._d.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 ShiftLeft64(Lanes16V128 value, int count) =>
        new(
            (value._a.AsUInt64() << count).AsUInt32(),
            (value._b.AsUInt64() << count).AsUInt32(),
            (value._c.AsUInt64() << count).AsUInt32(),
            (value._d.AsUInt64() << count).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 ShiftRight64(Lanes16V128 value, int count) =>
        new(
            (value._a.AsUInt64() >>> count).AsUInt32(),
            (value._b.AsUInt64() >>> count).AsUInt32(),
            (value._c.AsUInt64() >>> count).AsUInt32(),
            (value._d.AsUInt64() >>> count).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Create64(ulong value) =>
        new(Vector128.Create(value).AsUInt32(), Vector128.Create(value).AsUInt32(), Vector128.Create(value).AsUInt32(), Vector128.Create(value).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 WidenLower(Lanes16V128 value) =>
        new(
            Vector128.WidenLower(value._a).AsUInt32(),
            Vector128.WidenUpper(value._a).AsUInt32(),
            Vector128.WidenLower(value._b).AsUInt32(),
            Vector128.WidenUpper(value._b).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 WidenUpper(Lanes16V128 value) =>
        new(
            Vector128.WidenLower(value._c).AsUInt32(),
            Vector128.WidenUpper(value._c).AsUInt32(),
            Vector128.WidenLower(value._d).AsUInt32(),
            Vector128.WidenUpper(value._d).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V128 Narrow(Lanes16V128 lower, Lanes16V128 upper) =>
        new(
            Vector128.Narrow(lower._a.AsUInt64(), lower._b.AsUInt64()),
            Vector128.Narrow(lower._c.AsUInt64(), lower._d.AsUInt64()),
            Vector128.Narrow(upper._a.AsUInt64(), upper._b.AsUInt64()),
            Vector128.Narrow(upper._c.AsUInt64(), upper._d.AsUInt64()));
}
