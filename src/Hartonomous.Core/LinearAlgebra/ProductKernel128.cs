using System.Runtime.Intrinsics;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// The inner kernel of <see cref="MatrixProduct"/> on vectors of 128 bits: 4 rows by 12 columns, 12 sums, 3 columns and a broadcast in 16 registers.
/// </summary>
/// <remarks>
/// Sums stay in registers over all of k. Every element is one chain of fused multiply-adds in the order of k, so that every width, and the
/// scalar twin, give the same bits.
/// </remarks>
internal static unsafe class ProductKernel128
{
    /// <summary>Rows a panel of the left side has.</summary>
    public const int Rows = 4;

    /// <summary>Columns a panel of the right side has at most.</summary>
    public const int Columns = 12;

    /// <summary>Adds to 4 rows of 12 columns.</summary>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="left">[depth, 4], packed.</param>
    /// <param name="right">[depth, 12], packed.</param>
    /// <param name="sums">[4, 12] with <paramref name="stride"/> elements from row to row.</param>
    /// <param name="stride">Elements between two rows of <paramref name="sums"/>.</param>
    public static void Add12(int depth, float* left, float* right, float* sums, nint stride)
    {
        Vector128<float> s00 = Vector128.Load(sums);
        Vector128<float> s01 = Vector128.Load(sums + 4);
        Vector128<float> s02 = Vector128.Load(sums + 8);
        Vector128<float> s10 = Vector128.Load(sums + stride);
        Vector128<float> s11 = Vector128.Load(sums + stride + 4);
        Vector128<float> s12 = Vector128.Load(sums + stride + 8);
        Vector128<float> s20 = Vector128.Load(sums + (2 * stride));
        Vector128<float> s21 = Vector128.Load(sums + (2 * stride) + 4);
        Vector128<float> s22 = Vector128.Load(sums + (2 * stride) + 8);
        Vector128<float> s30 = Vector128.Load(sums + (3 * stride));
        Vector128<float> s31 = Vector128.Load(sums + (3 * stride) + 4);
        Vector128<float> s32 = Vector128.Load(sums + (3 * stride) + 8);
        for (int k = 0; k < depth; k++)
        {
            Vector128<float> b0 = Vector128.Load(right);
            Vector128<float> b1 = Vector128.Load(right + 4);
            Vector128<float> b2 = Vector128.Load(right + 8);
            Vector128<float> a = Vector128.Create(left[0]);
            s00 = Vector128.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector128.FusedMultiplyAdd(a, b1, s01);
            s02 = Vector128.FusedMultiplyAdd(a, b2, s02);
            a = Vector128.Create(left[1]);
            s10 = Vector128.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector128.FusedMultiplyAdd(a, b1, s11);
            s12 = Vector128.FusedMultiplyAdd(a, b2, s12);
            a = Vector128.Create(left[2]);
            s20 = Vector128.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector128.FusedMultiplyAdd(a, b1, s21);
            s22 = Vector128.FusedMultiplyAdd(a, b2, s22);
            a = Vector128.Create(left[3]);
            s30 = Vector128.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector128.FusedMultiplyAdd(a, b1, s31);
            s32 = Vector128.FusedMultiplyAdd(a, b2, s32);
            left += 4;
            right += 12;
        }

        s00.Store(sums);
        s01.Store(sums + 4);
        s02.Store(sums + 8);
        s10.Store(sums + stride);
        s11.Store(sums + stride + 4);
        s12.Store(sums + stride + 8);
        s20.Store(sums + (2 * stride));
        s21.Store(sums + (2 * stride) + 4);
        s22.Store(sums + (2 * stride) + 8);
        s30.Store(sums + (3 * stride));
        s31.Store(sums + (3 * stride) + 4);
        s32.Store(sums + (3 * stride) + 8);
    }
}
