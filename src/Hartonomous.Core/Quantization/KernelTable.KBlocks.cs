using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization.Kernels;
using Hartonomous.Core.Quantization.Kernels.KQuants;

namespace Hartonomous.Core.Quantization;

internal static partial class KernelTable
{
    static partial void AddKBlocks(DecodeKernel?[] kernels)
    {
        Add<BlockKernel<Q2K>>(kernels, TensorDtype.Q2_K);
        Add<BlockKernel<Q3K>>(kernels, TensorDtype.Q3_K);
        Add<BlockKernel<Q4K>>(kernels, TensorDtype.Q4_K);
        Add<BlockKernel<Q5K>>(kernels, TensorDtype.Q5_K);
        Add<BlockKernel<Q6K>>(kernels, TensorDtype.Q6_K);
        Add<BlockKernel<Q8K>>(kernels, TensorDtype.Q8_K);
    }
}
