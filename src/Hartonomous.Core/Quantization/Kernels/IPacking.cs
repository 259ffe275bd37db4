using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>How codes of a few bits lie in bytes: the first code in the lowest bits, without gaps.</summary>
internal interface IPacking
{
    /// <summary>Bits a code.</summary>
    static abstract int Bits { get; }

    /// <summary>Bytes that <see cref="Unpack"/> reads; it uses two a bit.</summary>
    static abstract int LoadBytes { get; }

    /// <summary>The code at a place.</summary>
    static abstract uint Code(ReadOnlySpan<byte> source, int index);

    /// <summary>The next 16 codes, a byte each.</summary>
    static abstract Vector128<byte> Unpack(ref byte source);
}
