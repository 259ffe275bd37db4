using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>A number of whole bytes, stored little-endian, one after the other.</summary>
internal interface INumber
{
    /// <summary>Bytes a number.</summary>
    static abstract int Size { get; }

    /// <summary>The number at the beginning of a span.</summary>
    static abstract float Load(ReadOnlySpan<byte> source);

    /// <summary>The next four numbers.</summary>
    static abstract Vector128<float> Load128(ref byte source);

    /// <summary>The next eight numbers.</summary>
    static abstract Vector256<float> Load256(ref byte source);

    /// <summary>The next 16 numbers.</summary>
    static abstract Vector512<float> Load512(ref byte source);
}
