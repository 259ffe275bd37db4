using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization.Kernels;

namespace Hartonomous.Core.Quantization;

internal static partial class KernelTable
{
    static partial void AddNumbers(DecodeKernel?[] kernels)
    {
        Add<F32Kernel>(kernels, TensorDtype.F32);
        Add<F16Kernel>(kernels, TensorDtype.F16);
        Add<BF16Kernel>(kernels, TensorDtype.BF16);
    }
}
