using Hartonomous.Core.Models;

namespace Hartonomous.Core.Quantization;

/// <summary>Which kernel decodes which encoding.</summary>
internal static partial class KernelTable
{
    private static readonly DecodeKernel?[] Kernels = Build();

    /// <summary>The kernel of an encoding, or null where it has none.</summary>
    public static DecodeKernel? Find(TensorDtype dtype) => (uint)dtype < (uint)Kernels.Length ? Kernels[(int)dtype] : null;

    private static DecodeKernel?[] Build()
    {
        DecodeKernel?[] kernels = new DecodeKernel?[Enum.GetValues<TensorDtype>().Max(dtype => (int)dtype) + 1];
        AddNumbers(kernels);
        AddSmallBlocks(kernels);
        AddKBlocks(kernels);
        AddIBlocks(kernels);
        return kernels;
    }

    /// <summary>Adds the kernels of plain numbers.</summary>
    static partial void AddNumbers(DecodeKernel?[] kernels);

    /// <summary>Adds the kernels of ggml's blocks of 32 to 128 values, and of the ternary and FP4 types.</summary>
    static partial void AddSmallBlocks(DecodeKernel?[] kernels);

    /// <summary>Adds the kernels of ggml's K-quants.</summary>
    static partial void AddKBlocks(DecodeKernel?[] kernels);

    /// <summary>Adds the kernels of ggml's IQ types.</summary>
    static partial void AddIBlocks(DecodeKernel?[] kernels);

    private static void Add<TKernel>(DecodeKernel?[] kernels, TensorDtype dtype)
        where TKernel : struct, IDecodeKernel =>
        kernels[(int)dtype] = DecodeKernel.Of<TKernel>(dtype);
}
