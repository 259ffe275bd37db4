namespace Hartonomous.Core.Models;

/// <summary>
/// How the values of a tensor are stored: plain numbers, named as SafeTensors names them, and ggml's block types, named as
/// ggml names them. Sizes are in <see cref="TensorDtypeExtensions"/>.
/// </summary>
public enum TensorDtype
{
#pragma warning disable CS1591 // the members are the field's own names; the table in TensorDtypeExtensions says what they hold
    Unknown = 0,
    BOOL, I2, U2, I4, U4, I8, U8, I16, U16, I32, U32, I64, U64,
    F4, F6_E2M3, F6_E3M2, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0,
    F16, BF16, F32, F64, C64, C128,
    Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1,
    Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K,
    IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_NL, IQ4_XS,
    TQ1_0, TQ2_0, MXFP4, NVFP4, Q1_0, Q2_0,
#pragma warning restore CS1591
}
