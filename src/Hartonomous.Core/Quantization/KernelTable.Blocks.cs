using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization.Kernels;

namespace Hartonomous.Core.Quantization;

internal static partial class KernelTable
{
    static partial void AddSmallBlocks(DecodeKernel?[] kernels)
    {
        Add<ByteBlockKernel<Q4_0Block>>(kernels, TensorDtype.Q4_0);
        Add<ByteBlockKernel<Q4_1Block>>(kernels, TensorDtype.Q4_1);
        Add<ByteBlockKernel<Q5_0Block>>(kernels, TensorDtype.Q5_0);
        Add<ByteBlockKernel<Q5_1Block>>(kernels, TensorDtype.Q5_1);
        Add<ByteBlockKernel<Q8_0Block>>(kernels, TensorDtype.Q8_0);
        Add<ByteBlockKernel<Q8_1Block>>(kernels, TensorDtype.Q8_1);
        Add<ByteBlockKernel<TQ1_0Block>>(kernels, TensorDtype.TQ1_0);
        Add<ByteBlockKernel<TQ2_0Block>>(kernels, TensorDtype.TQ2_0);
        Add<ByteBlockKernel<MXFP4Block>>(kernels, TensorDtype.MXFP4);
        Add<ByteBlockKernel<NVFP4Block>>(kernels, TensorDtype.NVFP4);
        Add<Q1_0Kernel>(kernels, TensorDtype.Q1_0);
        Add<ByteBlockKernel<Q2_0Block>>(kernels, TensorDtype.Q2_0);
    }
}
