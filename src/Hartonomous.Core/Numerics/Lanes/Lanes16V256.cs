using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Numerics.Lanes;

/// <summary>Sixteen 32-bit lanes in two vectors of 256 bits.</summary>
internal readonly unsafe struct Lanes16V256 : ILanes16<Lanes16V256>
{
    private readonly Vector256<uint> _a;
    private readonly Vector256<uint> _b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes16V256(Vector256<uint> a, Vector256<uint> b)
    {
        _a = a;
        _b = b;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Load(uint* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Load16(ushort* source) =>
        new(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()), Vector256.WidenLower(Vector128.Load(source + 8).ToVector256Unsafe()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Create(uint value) => new(Vector256.Create(value), Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes16V256 value, uint* destination)
    {
        value._a.Store(destination);
        value._b.Store(destination + 8);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 And(Lanes16V256 left, Lanes16V256 right) => new(left._a & right._a, left._b & right._b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 AndNot(Lanes16V256 left, Lanes16V256 right) => new(left._a & ~right._a, left._b & ~right._b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Or(Lanes16V256 left, Lanes16V256 right) => new(left._a | right._a, left._b | right._b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Xor(Lanes16V256 left, Lanes16V256 right) => new(left._a ^ right._a, left._b ^ right._b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 ShiftLeft(Lanes16V256 value, int count) => new(value._a << count, value._b << count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 ShiftRight(Lanes16V256 value, int count) => new(value._a >>> count, value._b >>> count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 SignMask(Lanes16V256 value) => new((value._a.AsInt32() >> 31).AsUInt32(), (value._b.AsInt32() >> 31).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Less(Lanes16V256 left, Lanes16V256 right) =>
        new(Vector256.LessThan(left._a.AsInt32(), right._a.AsInt32()).AsUInt32(), Vector256.LessThan(left._b.AsInt32(), right._b.AsInt32()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Equal(Lanes16V256 left, Lanes16V256 right) => new(Vector256.Equals(left._a, right._a), Vector256.Equals(left._b, right._b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Subtract(Lanes16V256 left, Lanes16V256 right) => new(left._a - right._a, left._b - right._b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Add(Lanes16V256 left, Lanes16V256 right) => new(left._a + right._a, left._b + right._b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 LookUp(Lanes16V256 table, Lanes16V256 indices) =>
        new(ByteTable.LookUp(table._a.AsByte(), indices._a.AsByte()).AsUInt32(), ByteTable.LookUp(table._b.AsByte(), indices._b.AsByte()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater16(Lanes16V256 left, Lanes16V256 right) =>
        Vector256.GreaterThanAny(left._a.AsUInt16(), right._a.AsUInt16()) ||
        Vector256.GreaterThanAny(left._b.AsUInt16(), right._b.AsUInt16());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 AddSingle(Lanes16V256 left, Lanes16V256 right) =>
        new((left._a.AsSingle() + right._a.AsSingle()).AsUInt32(), (left._b.AsSingle() + right._b.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 SubtractSingle(Lanes16V256 left, Lanes16V256 right) =>
        new((left._a.AsSingle() - right._a.AsSingle()).AsUInt32(), (left._b.AsSingle() - right._b.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 MultiplySingle(Lanes16V256 left, Lanes16V256 right) =>
        new((left._a.AsSingle() * right._a.AsSingle()).AsUInt32(), (left._b.AsSingle() * right._b.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 ShiftLeft64(Lanes16V256 value, int count) =>
        new((value._a.AsUInt64() << count).AsUInt32(), (value._b.AsUInt64() << count).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 ShiftRight64(Lanes16V256 value, int count) =>
        new((value._a.AsUInt64() >>> count).AsUInt32(), (value._b.AsUInt64() >>> count).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Create64(ulong value) => new(Vector256.Create(value).AsUInt32(), Vector256.Create(value).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 WidenLower(Lanes16V256 value) => new(Vector256.WidenLower(value._a).AsUInt32(), Vector256.WidenUpper(value._a).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 WidenUpper(Lanes16V256 value) => new(Vector256.WidenLower(value._b).AsUInt32(), Vector256.WidenUpper(value._b).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V256 Narrow(Lanes16V256 lower, Lanes16V256 upper) =>
        new(Vector256.Narrow(lower._a.AsUInt64(), lower._b.AsUInt64()), Vector256.Narrow(upper._a.AsUInt64(), upper._b.AsUInt64()));
}
