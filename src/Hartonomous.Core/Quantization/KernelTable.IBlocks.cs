using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization.Kernels;
using Hartonomous.Core.Quantization.Kernels.IQuants;

namespace Hartonomous.Core.Quantization;

internal static partial class KernelTable
{
    static partial void AddIBlocks(DecodeKernel?[] kernels)
    {
        Add<BlockKernel<Iq1S>>(kernels, TensorDtype.IQ1_S);
        Add<BlockKernel<Iq1M>>(kernels, TensorDtype.IQ1_M);
        Add<BlockKernel<Iq2Xxs>>(kernels, TensorDtype.IQ2_XXS);
        Add<BlockKernel<Iq2Xs>>(kernels, TensorDtype.IQ2_XS);
        Add<BlockKernel<Iq2S>>(kernels, TensorDtype.IQ2_S);
        Add<BlockKernel<Iq3Xxs>>(kernels, TensorDtype.IQ3_XXS);
        Add<BlockKernel<Iq3S>>(kernels, TensorDtype.IQ3_S);
        Add<BlockKernel<Iq4Nl>>(kernels, TensorDtype.IQ4_NL);
        Add<BlockKernel<Iq4Xs>>(kernels, TensorDtype.IQ4_XS);
    }
}
