using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>Puts pieces of a matrix into the order in which the kernels of <see cref="MatrixProduct"/> read them.</summary>
internal static unsafe class PanelPacking
{
    /// <summary>[depth, width] with a stride becomes [depth, packed], the rest zeros.</summary>
    public static void Copy(float* source, nint stride, float* target, int step, int depth, int width, int packed)
    {
        if (width == packed && packed % Vector256<float>.Count == 0)
        {
            CopyWhole(source, stride, target, step, depth, width);
            return;
        }

        for (int k = 0; k < depth; k++)
        {
            Span<float> row = new(target, packed);
            new ReadOnlySpan<float>(source, width).CopyTo(row);
            row[width..].Clear();
            source += stride;
            target += step;
        }
    }

    /// <summary>[width, depth] with a stride becomes [depth, packed], the rest zeros.</summary>
    public static void Turn(float* source, nint stride, float* target, int step, int depth, int width, int packed)
    {
        int column = 0;
        if (Avx.IsSupported)
        {
            for (; column + 8 <= width; column += 8)
            {
                TurnEight(source + (column * stride), stride, target + column, step, depth);
            }
        }

        for (; column + 4 <= width; column += 4)
        {
            TurnFour(source + (column * stride), stride, target + column, step, depth);
        }

        for (; column < packed; column++)
        {
            float* from = source + (column * stride);
            for (int k = 0; k < depth; k++)
            {
                target[((nint)k * step) + column] = column < width ? from[k] : 0;
            }
        }
    }

    private static void CopyWhole(float* source, nint stride, float* target, nint step, int depth, int width)
    {
        for (int k = 0; k < depth; k++)
        {
            for (int i = 0; i < width; i += Vector256<float>.Count)
            {
                Vector256.Load(source + i).Store(target + i);
            }

            source += stride;
            target += step;
        }
    }

    /// <summary>Eight rows, eight elements of each at once: pairs, then fours, then halves change places.</summary>
    private static void TurnEight(float* source, nint stride, float* target, nint step, int depth)
    {
        float* lower = source + (4 * stride);
        int k = 0;
        for (; k + 8 <= depth; k += 8)
        {
            Vector256<float> a = Vector256.Load(source + k);
            Vector256<float> b = Vector256.Load(source + stride + k);
            Vector256<float> c = Vector256.Load(source + (2 * stride) + k);
            Vector256<float> d = Vector256.Load(source + (3 * stride) + k);
            Vector256<float> e = Vector256.Load(lower + k);
            Vector256<float> f = Vector256.Load(lower + stride + k);
            Vector256<float> g = Vector256.Load(lower + (2 * stride) + k);
            Vector256<float> h = Vector256.Load(lower + (3 * stride) + k);
            Vector256<float> ab = Avx.UnpackLow(a, b);
            Vector256<float> abHigh = Avx.UnpackHigh(a, b);
            Vector256<float> cd = Avx.UnpackLow(c, d);
            Vector256<float> cdHigh = Avx.UnpackHigh(c, d);
            Vector256<float> ef = Avx.UnpackLow(e, f);
            Vector256<float> efHigh = Avx.UnpackHigh(e, f);
            Vector256<float> gh = Avx.UnpackLow(g, h);
            Vector256<float> ghHigh = Avx.UnpackHigh(g, h);
            StoreHalves(Avx.Shuffle(ab, cd, 0x44), Avx.Shuffle(ef, gh, 0x44), target, 4 * step);
            StoreHalves(Avx.Shuffle(ab, cd, 0xEE), Avx.Shuffle(ef, gh, 0xEE), target + step, 4 * step);
            StoreHalves(Avx.Shuffle(abHigh, cdHigh, 0x44), Avx.Shuffle(efHigh, ghHigh, 0x44), target + (2 * step), 4 * step);
            StoreHalves(Avx.Shuffle(abHigh, cdHigh, 0xEE), Avx.Shuffle(efHigh, ghHigh, 0xEE), target + (3 * step), 4 * step);
            target += 8 * step;
        }

        for (; k < depth; k++)
        {
            for (int row = 0; row < 8; row++)
            {
                target[row] = source[(row * stride) + k];
            }

            target += step;
        }
    }

    /// <summary>The lower halves of two vectors at one place, the upper ones at another.</summary>
    private static void StoreHalves(Vector256<float> left, Vector256<float> right, float* target, nint distance)
    {
        Avx.Permute2x128(left, right, 0x20).Store(target);
        Avx.Permute2x128(left, right, 0x31).Store(target + distance);
    }

    private static void TurnFour(float* source, nint stride, float* target, nint step, int depth)
    {
        float* row0 = source;
        float* row1 = source + stride;
        float* row2 = source + (2 * stride);
        float* row3 = source + (3 * stride);
        int k = 0;
        for (; k + 4 <= depth; k += 4)
        {
            Vector128<float> a = Vector128.Load(row0 + k);
            Vector128<float> b = Vector128.Load(row1 + k);
            Vector128<float> c = Vector128.Load(row2 + k);
            Vector128<float> d = Vector128.Load(row3 + k);
            (Vector128<float> low01, Vector128<float> high01) = Interleave(a, b);
            (Vector128<float> low23, Vector128<float> high23) = Interleave(c, d);
            Vector128.Create(low01.GetLower(), low23.GetLower()).Store(target);
            Vector128.Create(low01.GetUpper(), low23.GetUpper()).Store(target + step);
            Vector128.Create(high01.GetLower(), high23.GetLower()).Store(target + (2 * step));
            Vector128.Create(high01.GetUpper(), high23.GetUpper()).Store(target + (3 * step));
            target += 4 * step;
        }

        for (; k < depth; k++)
        {
            target[0] = row0[k];
            target[1] = row1[k];
            target[2] = row2[k];
            target[3] = row3[k];
            target += step;
        }
    }

    /// <summary>a0 b0 a1 b1 and a2 b2 a3 b3.</summary>
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b))
        : AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b))
        : (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
}
