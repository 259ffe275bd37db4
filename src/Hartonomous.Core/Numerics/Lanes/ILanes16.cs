namespace Hartonomous.Core.Numerics.Lanes;

/// <summary>
/// Sixteen lanes of 32 bits, whatever the width of the machine's vectors: one of 512 bits, two of 256, four of 128. A kernel written
/// over it takes 16 values a step on every machine, so that its sums run in the same order everywhere and its results are equal bit for bit.
/// </summary>
/// <remarks>Lanes are read as unsigned numbers, as single-precision numbers, or, in pairs, as 64-bit numbers: each operation says which.</remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ILanes16<TSelf>
    where TSelf : struct, ILanes16<TSelf>
{
    /// <summary>Sixteen lanes from memory.</summary>
    static abstract TSelf Load(uint* source);

    /// <summary>Sixteen 16-bit numbers from memory, widened with zeros.</summary>
    static abstract TSelf Load16(ushort* source);

    /// <summary>The same number in all lanes.</summary>
    static abstract TSelf Create(uint value);

    /// <summary>Writes sixteen lanes.</summary>
    static abstract void Store(TSelf value, uint* destination);

    /// <summary>Bits that both have.</summary>
    static abstract TSelf And(TSelf left, TSelf right);

    /// <summary>Bits of the left that the right has not.</summary>
    static abstract TSelf AndNot(TSelf left, TSelf right);

    /// <summary>Bits that either has.</summary>
    static abstract TSelf Or(TSelf left, TSelf right);

    /// <summary>Bits that one of both has.</summary>
    static abstract TSelf Xor(TSelf left, TSelf right);

    /// <summary>Each lane shifted to the left.</summary>
    static abstract TSelf ShiftLeft(TSelf value, int count);

    /// <summary>Each lane shifted to the right, zeros shifted in.</summary>
    static abstract TSelf ShiftRight(TSelf value, int count);

    /// <summary>All ones where a lane's highest bit is set, else 0.</summary>
    static abstract TSelf SignMask(TSelf value);

    /// <summary>All ones where the left lane, as a signed number, is smaller, else 0.</summary>
    static abstract TSelf Less(TSelf left, TSelf right);

    /// <summary>All ones where the lanes are equal, else 0.</summary>
    static abstract TSelf Equal(TSelf left, TSelf right);

    /// <summary>Differences of whole numbers, wrapping.</summary>
    static abstract TSelf Subtract(TSelf left, TSelf right);

    /// <summary>Sums of whole numbers, wrapping.</summary>
    static abstract TSelf Add(TSelf left, TSelf right);

    /// <summary>
    /// The lanes as 64 bytes: each index below 16 becomes the byte of the table there, each 16 bytes having a table of their own.
    /// </summary>
    static abstract TSelf LookUp(TSelf table, TSelf indices);

    /// <summary>Whether any of the 32 left numbers of 16 bits exceeds the right one.</summary>
    static abstract bool AnyGreater16(TSelf left, TSelf right);

    /// <summary>Sums of single-precision numbers.</summary>
    static abstract TSelf AddSingle(TSelf left, TSelf right);

    /// <summary>Differences of single-precision numbers.</summary>
    static abstract TSelf SubtractSingle(TSelf left, TSelf right);

    /// <summary>Products of single-precision numbers; never fused with a following sum.</summary>
    static abstract TSelf MultiplySingle(TSelf left, TSelf right);

    /// <summary>The lanes as eight 64-bit numbers, shifted to the left.</summary>
    static abstract TSelf ShiftLeft64(TSelf value, int count);

    /// <summary>The lanes as eight 64-bit numbers, shifted to the right, zeros shifted in.</summary>
    static abstract TSelf ShiftRight64(TSelf value, int count);

    /// <summary>The same number in all eight 64-bit lanes.</summary>
    static abstract TSelf Create64(ulong value);

    /// <summary>Lanes 0 to 7 as eight 64-bit numbers.</summary>
    static abstract TSelf WidenLower(TSelf value);

    /// <summary>Lanes 8 to 15 as eight 64-bit numbers.</summary>
    static abstract TSelf WidenUpper(TSelf value);

    /// <summary>The low halves of two times eight 64-bit numbers as sixteen lanes.</summary>
    static abstract TSelf Narrow(TSelf lower, TSelf upper);
}
