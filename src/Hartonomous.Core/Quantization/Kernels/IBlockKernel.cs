using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>The decoder of one block type: ggml's formula written plainly, and the same with vectors. Both give the same bits.</summary>
internal unsafe interface IBlockKernel
{
    /// <summary>Bytes of one block.</summary>
    static abstract int BlockBytes { get; }

    /// <summary>Decodes whole blocks, value by value.</summary>
    static abstract void DecodeScalar(byte* source, float* destination, nint blocks);

    /// <summary>Decodes whole blocks with vectors of the given width.</summary>
    static abstract void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes;
}
