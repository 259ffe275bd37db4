using System.Runtime.InteropServices;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>float32: the bits as they are, signalling NaN included.</summary>
internal readonly struct F32Kernel : IDecodeKernel
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination) => source.CopyTo(MemoryMarshal.AsBytes(destination));

    /// <inheritdoc/>
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination) => Scalar(source, destination);

    /// <inheritdoc/>
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination) => Scalar(source, destination);

    /// <inheritdoc/>
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination) => Scalar(source, destination);
}
