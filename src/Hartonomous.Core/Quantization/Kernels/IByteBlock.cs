using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// A block of ggml whose values are small whole numbers, each multiplied with a scale and, in some types, raised by a minimum. The block is
/// taken apart in runs of 32 values.
/// </summary>
internal interface IByteBlock
{
    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Runs of 32 values in a block.</summary>
    static abstract int Runs { get; }

    /// <summary>Whether runs and halves of runs have scales of their own.</summary>
    static abstract bool ManyScales { get; }

    /// <summary>Whether a minimum is added.</summary>
    static abstract bool HasMinimum { get; }

    /// <summary>The scales of the two halves of a run; the same where there are not many.</summary>
    static abstract void Scales(ref byte block, int run, out float first, out float second);

    /// <summary>What is added to all values of a block; 0 where there is no minimum.</summary>
    static abstract float Minimum(ref byte block);

    /// <summary>The whole number of one value.</summary>
    static abstract int Value(ref byte block, int index);

    /// <summary>The whole numbers of a run.</summary>
    static abstract void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second);
}
