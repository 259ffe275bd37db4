using System.Runtime.Intrinsics;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// The inner kernel of <see cref="MatrixProduct"/> on vectors of 512 bits: 8 rows by 48, 32 or 16 columns, 24 sums, 3 columns and a broadcast in 32 registers.
/// </summary>
/// <remarks>
/// Sums stay in registers over all of k. Every element is one chain of fused multiply-adds in the order of k, so that every width, and the
/// scalar twin, give the same bits.
/// </remarks>
internal static unsafe class ProductKernel512
{
    /// <summary>Rows a panel of the left side has.</summary>
    public const int Rows = 8;

    /// <summary>Columns a panel of the right side has at most.</summary>
    public const int Columns = 48;

    /// <summary>Adds to 8 rows of 16 columns.</summary>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="left">[depth, 8], packed.</param>
    /// <param name="right">[depth, 16], packed.</param>
    /// <param name="sums">[8, 16] with <paramref name="stride"/> elements from row to row.</param>
    /// <param name="stride">Elements between two rows of <paramref name="sums"/>.</param>
    public static void Add16(int depth, float* left, float* right, float* sums, nint stride)
    {
        Vector512<float> s00 = Vector512.Load(sums);
        Vector512<float> s10 = Vector512.Load(sums + stride);
        Vector512<float> s20 = Vector512.Load(sums + (2 * stride));
        Vector512<float> s30 = Vector512.Load(sums + (3 * stride));
        Vector512<float> s40 = Vector512.Load(sums + (4 * stride));
        Vector512<float> s50 = Vector512.Load(sums + (5 * stride));
        Vector512<float> s60 = Vector512.Load(sums + (6 * stride));
        Vector512<float> s70 = Vector512.Load(sums + (7 * stride));
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Vector512.Load(right);
            Vector512<float> a = Vector512.Create(left[0]);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            a = Vector512.Create(left[1]);
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            a = Vector512.Create(left[2]);
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            a = Vector512.Create(left[3]);
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            a = Vector512.Create(left[4]);
            s40 = Vector512.FusedMultiplyAdd(a, b0, s40);
            a = Vector512.Create(left[5]);
            s50 = Vector512.FusedMultiplyAdd(a, b0, s50);
            a = Vector512.Create(left[6]);
            s60 = Vector512.FusedMultiplyAdd(a, b0, s60);
            a = Vector512.Create(left[7]);
            s70 = Vector512.FusedMultiplyAdd(a, b0, s70);
            left += 8;
            right += 16;
        }

        s00.Store(sums);
        s10.Store(sums + stride);
        s20.Store(sums + (2 * stride));
        s30.Store(sums + (3 * stride));
        s40.Store(sums + (4 * stride));
        s50.Store(sums + (5 * stride));
        s60.Store(sums + (6 * stride));
        s70.Store(sums + (7 * stride));
    }

    /// <summary>Adds to 8 rows of 32 columns.</summary>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="left">[depth, 8], packed.</param>
    /// <param name="right">[depth, 32], packed.</param>
    /// <param name="sums">[8, 32] with <paramref name="stride"/> elements from row to row.</param>
    /// <param name="stride">Elements between two rows of <paramref name="sums"/>.</param>
    public static void Add32(int depth, float* left, float* right, float* sums, nint stride)
    {
        Vector512<float> s00 = Vector512.Load(sums);
        Vector512<float> s01 = Vector512.Load(sums + 16);
        Vector512<float> s10 = Vector512.Load(sums + stride);
        Vector512<float> s11 = Vector512.Load(sums + stride + 16);
        Vector512<float> s20 = Vector512.Load(sums + (2 * stride));
        Vector512<float> s21 = Vector512.Load(sums + (2 * stride) + 16);
        Vector512<float> s30 = Vector512.Load(sums + (3 * stride));
        Vector512<float> s31 = Vector512.Load(sums + (3 * stride) + 16);
        Vector512<float> s40 = Vector512.Load(sums + (4 * stride));
        Vector512<float> s41 = Vector512.Load(sums + (4 * stride) + 16);
        Vector512<float> s50 = Vector512.Load(sums + (5 * stride));
        Vector512<float> s51 = Vector512.Load(sums + (5 * stride) + 16);
        Vector512<float> s60 = Vector512.Load(sums + (6 * stride));
        Vector512<float> s61 = Vector512.Load(sums + (6 * stride) + 16);
        Vector512<float> s70 = Vector512.Load(sums + (7 * stride));
        Vector512<float> s71 = Vector512.Load(sums + (7 * stride) + 16);
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Vector512.Load(right);
            Vector512<float> b1 = Vector512.Load(right + 16);
            Vector512<float> a = Vector512.Create(left[0]);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            a = Vector512.Create(left[1]);
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            a = Vector512.Create(left[2]);
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            a = Vector512.Create(left[3]);
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a, b1, s31);
            a = Vector512.Create(left[4]);
            s40 = Vector512.FusedMultiplyAdd(a, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(a, b1, s41);
            a = Vector512.Create(left[5]);
            s50 = Vector512.FusedMultiplyAdd(a, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(a, b1, s51);
            a = Vector512.Create(left[6]);
            s60 = Vector512.FusedMultiplyAdd(a, b0, s60);
            s61 = Vector512.FusedMultiplyAdd(a, b1, s61);
            a = Vector512.Create(left[7]);
            s70 = Vector512.FusedMultiplyAdd(a, b0, s70);
            s71 = Vector512.FusedMultiplyAdd(a, b1, s71);
            left += 8;
            right += 32;
        }

        s00.Store(sums);
        s01.Store(sums + 16);
        s10.Store(sums + stride);
        s11.Store(sums + stride + 16);
        s20.Store(sums + (2 * stride));
        s21.Store(sums + (2 * stride) + 16);
        s30.Store(sums + (3 * stride));
        s31.Store(sums + (3 * stride) + 16);
        s40.Store(sums + (4 * stride));
        s41.Store(sums + (4 * stride) + 16);
        s50.Store(sums + (5 * stride));
        s51.Store(sums + (5 * stride) + 16);
        s60.Store(sums + (6 * stride));
        s61.Store(sums + (6 * stride) + 16);
        s70.Store(sums + (7 * stride));
        s71.Store(sums + (7 * stride) + 16);
    }

    /// <summary>Adds to 8 rows of 48 columns.</summary>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="left">[depth, 8], packed.</param>
    /// <param name="right">[depth, 48], packed.</param>
    /// <param name="sums">[8, 48] with <paramref name="stride"/> elements from row to row.</param>
    /// <param name="stride">Elements between two rows of <paramref name="sums"/>.</param>
    public static void Add48(int depth, float* left, float* right, float* sums, nint stride)
    {
        Vector512<float> s00 = Vector512.Load(sums);
        Vector512<float> s01 = Vector512.Load(sums + 16);
        Vector512<float> s02 = Vector512.Load(sums + 32);
        Vector512<float> s10 = Vector512.Load(sums + stride);
        Vector512<float> s11 = Vector512.Load(sums + stride + 16);
        Vector512<float> s12 = Vector512.Load(sums + stride + 32);
        Vector512<float> s20 = Vector512.Load(sums + (2 * stride));
        Vector512<float> s21 = Vector512.Load(sums + (2 * stride) + 16);
        Vector512<float> s22 = Vector512.Load(sums + (2 * stride) + 32);
        Vector512<float> s30 = Vector512.Load(sums + (3 * stride));
        Vector512<float> s31 = Vector512.Load(sums + (3 * stride) + 16);
        Vector512<float> s32 = Vector512.Load(sums + (3 * stride) + 32);
        Vector512<float> s40 = Vector512.Load(sums + (4 * stride));
        Vector512<float> s41 = Vector512.Load(sums + (4 * stride) + 16);
        Vector512<float> s42 = Vector512.Load(sums + (4 * stride) + 32);
        Vector512<float> s50 = Vector512.Load(sums + (5 * stride));
        Vector512<float> s51 = Vector512.Load(sums + (5 * stride) + 16);
        Vector512<float> s52 = Vector512.Load(sums + (5 * stride) + 32);
        Vector512<float> s60 = Vector512.Load(sums + (6 * stride));
        Vector512<float> s61 = Vector512.Load(sums + (6 * stride) + 16);
        Vector512<float> s62 = Vector512.Load(sums + (6 * stride) + 32);
        Vector512<float> s70 = Vector512.Load(sums + (7 * stride));
        Vector512<float> s71 = Vector512.Load(sums + (7 * stride) + 16);
        Vector512<float> s72 = Vector512.Load(sums + (7 * stride) + 32);
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Vector512.Load(right);
            Vector512<float> b1 = Vector512.Load(right + 16);
            Vector512<float> b2 = Vector512.Load(right + 32);
            Vector512<float> a = Vector512.Create(left[0]);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(a, b2, s02);
            a = Vector512.Create(left[1]);
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(a, b2, s12);
            a = Vector512.Create(left[2]);
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(a, b2, s22);
            a = Vector512.Create(left[3]);
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(a, b2, s32);
            a = Vector512.Create(left[4]);
            s40 = Vector512.FusedMultiplyAdd(a, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(a, b1, s41);
            s42 = Vector512.FusedMultiplyAdd(a, b2, s42);
            a = Vector512.Create(left[5]);
            s50 = Vector512.FusedMultiplyAdd(a, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(a, b1, s51);
            s52 = Vector512.FusedMultiplyAdd(a, b2, s52);
            a = Vector512.Create(left[6]);
            s60 = Vector512.FusedMultiplyAdd(a, b0, s60);
            s61 = Vector512.FusedMultiplyAdd(a, b1, s61);
            s62 = Vector512.FusedMultiplyAdd(a, b2, s62);
            a = Vector512.Create(left[7]);
            s70 = Vector512.FusedMultiplyAdd(a, b0, s70);
            s71 = Vector512.FusedMultiplyAdd(a, b1, s71);
            s72 = Vector512.FusedMultiplyAdd(a, b2, s72);
            left += 8;
            right += 48;
        }

        s00.Store(sums);
        s01.Store(sums + 16);
        s02.Store(sums + 32);
        s10.Store(sums + stride);
        s11.Store(sums + stride + 16);
        s12.Store(sums + stride + 32);
        s20.Store(sums + (2 * stride));
        s21.Store(sums + (2 * stride) + 16);
        s22.Store(sums + (2 * stride) + 32);
        s30.Store(sums + (3 * stride));
        s31.Store(sums + (3 * stride) + 16);
        s32.Store(sums + (3 * stride) + 32);
        s40.Store(sums + (4 * stride));
        s41.Store(sums + (4 * stride) + 16);
        s42.Store(sums + (4 * stride) + 32);
        s50.Store(sums + (5 * stride));
        s51.Store(sums + (5 * stride) + 16);
        s52.Store(sums + (5 * stride) + 32);
        s60.Store(sums + (6 * stride));
        s61.Store(sums + (6 * stride) + 16);
        s62.Store(sums + (6 * stride) + 32);
        s70.Store(sums + (7 * stride));
        s71.Store(sums + (7 * stride) + 16);
        s72.Store(sums + (7 * stride) + 32);
    }
}
