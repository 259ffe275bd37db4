namespace Hartonomous.Core.Models;

/// <summary>The block quantizations of ggml: values that share scales within a block. Plain numbers have none.</summary>
public enum QuantizationType
{
#pragma warning disable CS1591 // ggml's own names
    None = 0,
    Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1,
    Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K,
    IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_NL, IQ4_XS,
    TQ1_0, TQ2_0, MXFP4, NVFP4, Q1_0, Q2_0,
#pragma warning restore CS1591
}
