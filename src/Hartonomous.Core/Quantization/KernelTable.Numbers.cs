using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization.Kernels;

namespace Hartonomous.Core.Quantization;

internal static partial class KernelTable
{
    private static readonly DecodeKernel RealOfC64 = DecodeKernel.Of<ComplexKernel<ComplexOfSingle, ComplexReal>>(TensorDtype.C64);
    private static readonly DecodeKernel ImaginaryOfC64 = DecodeKernel.Of<ComplexKernel<ComplexOfSingle, ComplexImaginary>>(TensorDtype.C64);
    private static readonly DecodeKernel RealOfC128 = DecodeKernel.Of<ComplexKernel<ComplexOfDouble, ComplexReal>>(TensorDtype.C128);
    private static readonly DecodeKernel ImaginaryOfC128 = DecodeKernel.Of<ComplexKernel<ComplexOfDouble, ComplexImaginary>>(TensorDtype.C128);

    /// <summary>The kernel of a part of an encoding's numbers, or null where the encoding has none.</summary>
    public static DecodeKernel? Find(TensorDtype dtype, ComplexPart part) => (dtype, part) switch
    {
        (TensorDtype.C64, ComplexPart.Real) => RealOfC64,
        (TensorDtype.C64, ComplexPart.Imaginary) => ImaginaryOfC64,
        (TensorDtype.C128, ComplexPart.Real) => RealOfC128,
        (TensorDtype.C128, ComplexPart.Imaginary) => ImaginaryOfC128,
        _ => Find(dtype),
    };

    static partial void AddNumbers(DecodeKernel?[] kernels)
    {
        Add<PackedKernel<EightBits, BoolCode>>(kernels, TensorDtype.BOOL);
        Add<PackedKernel<TwoBits, SignedCode<TwoBits>>>(kernels, TensorDtype.I2);
        Add<PackedKernel<TwoBits, UnsignedCode>>(kernels, TensorDtype.U2);
        Add<PackedKernel<FourBits, SignedCode<FourBits>>>(kernels, TensorDtype.I4);
        Add<PackedKernel<FourBits, UnsignedCode>>(kernels, TensorDtype.U4);
        Add<PackedKernel<EightBits, SignedCode<EightBits>>>(kernels, TensorDtype.I8);
        Add<PackedKernel<EightBits, UnsignedCode>>(kernels, TensorDtype.U8);
        Add<NumberKernel<I16Number>>(kernels, TensorDtype.I16);
        Add<NumberKernel<U16Number>>(kernels, TensorDtype.U16);
        Add<NumberKernel<I32Number>>(kernels, TensorDtype.I32);
        Add<NumberKernel<U32Number>>(kernels, TensorDtype.U32);
        Add<NumberKernel<I64Number>>(kernels, TensorDtype.I64);
        Add<NumberKernel<U64Number>>(kernels, TensorDtype.U64);
        Add<PackedKernel<FourBits, MiniFloatCode<E2M1>>>(kernels, TensorDtype.F4);
        Add<PackedKernel<SixBits, MiniFloatCode<E2M3>>>(kernels, TensorDtype.F6_E2M3);
        Add<PackedKernel<SixBits, MiniFloatCode<E3M2>>>(kernels, TensorDtype.F6_E3M2);
        Add<PackedKernel<EightBits, MiniFloatCode<E4M3>>>(kernels, TensorDtype.F8_E4M3);
        Add<PackedKernel<EightBits, MiniFloatCode<E5M2>>>(kernels, TensorDtype.F8_E5M2);
        Add<PackedKernel<EightBits, MiniFloatCode<E4M3Fnuz>>>(kernels, TensorDtype.F8_E4M3FNUZ);
        Add<PackedKernel<EightBits, MiniFloatCode<E5M2Fnuz>>>(kernels, TensorDtype.F8_E5M2FNUZ);
        Add<PackedKernel<EightBits, ExponentCode>>(kernels, TensorDtype.F8_E8M0);
        Add<NumberKernel<F16Number>>(kernels, TensorDtype.F16);
        Add<NumberKernel<BF16Number>>(kernels, TensorDtype.BF16);
        Add<F32Kernel>(kernels, TensorDtype.F32);
        Add<NumberKernel<F64Number>>(kernels, TensorDtype.F64);
        Add<ComplexKernel<ComplexOfSingle, ComplexMagnitude>>(kernels, TensorDtype.C64);
        Add<ComplexKernel<ComplexOfDouble, ComplexMagnitude>>(kernels, TensorDtype.C128);
    }
}
