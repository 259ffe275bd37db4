using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>What a code of at most 8 bits stands for.</summary>
internal interface ICode
{
    /// <summary>The value of a code.</summary>
    static abstract float ToSingle(uint code);

    /// <summary>The values of four codes.</summary>
    static abstract Vector128<float> ToSingle(Vector128<uint> codes);

    /// <summary>The values of eight codes.</summary>
    static abstract Vector256<float> ToSingle(Vector256<uint> codes);

    /// <summary>The values of 16 codes.</summary>
    static abstract Vector512<float> ToSingle(Vector512<uint> codes);
}
