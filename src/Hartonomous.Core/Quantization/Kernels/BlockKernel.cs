using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>A block decoder at every vector width.</summary>
internal readonly unsafe struct BlockKernel<TBlock> : IDecodeKernel
    where TBlock : struct, IBlockKernel
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        fixed (byte* from = source)
        fixed (float* to = destination)
        {
            TBlock.DecodeScalar(from, to, source.Length / TBlock.BlockBytes);
        }
    }

    /// <inheritdoc/>
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination) => Decode<Lanes128>(source, destination);

    /// <inheritdoc/>
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination) => Decode<Lanes256>(source, destination);

    /// <inheritdoc/>
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination) => Decode<Lanes512>(source, destination);

    private static void Decode<TLanes>(ReadOnlySpan<byte> source, Span<float> destination)
        where TLanes : struct, ILanes
    {
        fixed (byte* from = source)
        fixed (float* to = destination)
        {
            TBlock.Decode<TLanes>(from, to, source.Length / TBlock.BlockBytes);
        }
    }
}
