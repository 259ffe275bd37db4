using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Numerics.Lanes;

/// <summary>Looks up bytes in tables of sixteen, a table for each 16 bytes of a vector. Indices have to be below 16.</summary>
internal static class ByteTable
{
    /// <summary>One table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> indices) => Vector128.ShuffleNative(table, indices);

    /// <summary>Two tables.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> indices) => Avx2.IsSupported
        ? Avx2.Shuffle(table, indices)
        : Vector256.Create(LookUp(table.GetLower(), indices.GetLower()), LookUp(table.GetUpper(), indices.GetUpper()));

    /// <summary>Four tables.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookUp(Vector512<byte> table, Vector512<byte> indices) => Avx512BW.IsSupported
        ? Avx512BW.Shuffle(table, indices)
        : Vector512.Create(LookUp(table.GetLower(), indices.GetLower()), LookUp(table.GetUpper(), indices.GetUpper()));
}
