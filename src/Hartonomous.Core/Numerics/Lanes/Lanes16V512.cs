using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Numerics.Lanes;

/// <summary>Sixteen 32-bit lanes in one vector of 512 bits.</summary>
internal readonly unsafe struct Lanes16V512 : ILanes16<Lanes16V512>
{
    private readonly Vector512<uint> _a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes16V512(Vector512<uint> a)
    {
        _a = a;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Load(uint* source) => new(Vector512.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Load16(ushort* source) => new(Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Create(uint value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes16V512 value, uint* destination)
    {
        value._a.Store(destination);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 And(Lanes16V512 left, Lanes16V512 right) => new(left._a & right._a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 AndNot(Lanes16V512 left, Lanes16V512 right) => new(left._a & ~right._a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Or(Lanes16V512 left, Lanes16V512 right) => new(left._a | right._a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Xor(Lanes16V512 left, Lanes16V512 right) => new(left._a ^ right._a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 ShiftLeft(Lanes16V512 value, int count) => new(value._a << count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 ShiftRight(Lanes16V512 value, int count) => new(value._a >>> count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 SignMask(Lanes16V512 value) => new((value._a.AsInt32() >> 31).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Less(Lanes16V512 left, Lanes16V512 right) => new(Vector512.LessThan(left._a.AsInt32(), right._a.AsInt32()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Equal(Lanes16V512 left, Lanes16V512 right) => new(Vector512.Equals(left._a, right._a));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Subtract(Lanes16V512 left, Lanes16V512 right) => new(left._a - right._a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Add(Lanes16V512 left, Lanes16V512 right) => new(left._a + right._a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 LookUp(Lanes16V512 table, Lanes16V512 indices) => new(ByteTable.LookUp(table._a.AsByte(), indices._a.AsByte()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater16(Lanes16V512 left, Lanes16V512 right) =>
        Vector512.GreaterThanAny(left._a.AsUInt16(), right._a.AsUInt16());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 AddSingle(Lanes16V512 left, Lanes16V512 right) => new((left._a.AsSingle() + right._a.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 SubtractSingle(Lanes16V512 left, Lanes16V512 right) => new((left._a.AsSingle() - right._a.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 MultiplySingle(Lanes16V512 left, Lanes16V512 right) => new((left._a.AsSingle() * right._a.AsSingle()).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 ShiftLeft64(Lanes16V512 value, int count) => new((value._a.AsUInt64() << count).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 ShiftRight64(Lanes16V512 value, int count) => new((value._a.AsUInt64() >>> count).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Create64(ulong value) => new(Vector512.Create(value).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 WidenLower(Lanes16V512 value) => new(Vector512.WidenLower(value._a).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 WidenUpper(Lanes16V512 value) => new(Vector512.WidenUpper(value._a).AsUInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16V512 Narrow(Lanes16V512 lower, Lanes16V512 upper) => new(Vector512.Narrow(lower._a.AsUInt64(), upper._a.AsUInt64()));
}
