using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Hashing;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) on eight messages at once: word <c>i</c> of a vector belongs to
/// message <c>i</c>. Needs AVX2.
/// </summary>
internal static unsafe class Sha256Lanes8
{
    /// <summary>Messages that go side by side.</summary>
    public const int Lanes = 8;

    private static readonly uint* Constants = Spread();

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Compresses the same number of 64-byte blocks of each lane.</summary>
    /// <param name="state">The states, word by word: word <c>w</c> of lane <c>i</c> is at <c>8 w + i</c>.</param>
    /// <param name="lanes">Where the blocks of each lane begin.</param>
    /// <param name="blocks">How many blocks, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(uint* state, byte** lanes, long blocks)
    {
        Vector256<uint> a = Vector256.Load(state);
        Vector256<uint> b = Vector256.Load(state + 8);
        Vector256<uint> c = Vector256.Load(state + 16);
        Vector256<uint> d = Vector256.Load(state + 24);
        Vector256<uint> e = Vector256.Load(state + 32);
        Vector256<uint> f = Vector256.Load(state + 40);
        Vector256<uint> g = Vector256.Load(state + 48);
        Vector256<uint> h = Vector256.Load(state + 56);
        long end = blocks * Sha256Constants.BlockBytes;
        for (long offset = 0; offset < end; offset += Sha256Constants.BlockBytes)
        {
            Turn(
                lanes, offset, out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3,
                out Vector256<uint> w4, out Vector256<uint> w5, out Vector256<uint> w6, out Vector256<uint> w7);
            Turn(
                lanes, offset + Vector256<byte>.Count, out Vector256<uint> w8, out Vector256<uint> w9, out Vector256<uint> w10, out Vector256<uint> w11,
                out Vector256<uint> w12, out Vector256<uint> w13, out Vector256<uint> w14, out Vector256<uint> w15);
            uint* k = Constants;
            Round(a, b, c, ref d, e, f, g, ref h, w0 + Vector256.Load(k + 0));
            Round(h, a, b, ref c, d, e, f, ref g, w1 + Vector256.Load(k + 8));
            Round(g, h, a, ref b, c, d, e, ref f, w2 + Vector256.Load(k + 16));
            Round(f, g, h, ref a, b, c, d, ref e, w3 + Vector256.Load(k + 24));
            Round(e, f, g, ref h, a, b, c, ref d, w4 + Vector256.Load(k + 32));
            Round(d, e, f, ref g, h, a, b, ref c, w5 + Vector256.Load(k + 40));
            Round(c, d, e, ref f, g, h, a, ref b, w6 + Vector256.Load(k + 48));
            Round(b, c, d, ref e, f, g, h, ref a, w7 + Vector256.Load(k + 56));
            Round(a, b, c, ref d, e, f, g, ref h, w8 + Vector256.Load(k + 64));
            Round(h, a, b, ref c, d, e, f, ref g, w9 + Vector256.Load(k + 72));
            Round(g, h, a, ref b, c, d, e, ref f, w10 + Vector256.Load(k + 80));
            Round(f, g, h, ref a, b, c, d, ref e, w11 + Vector256.Load(k + 88));
            Round(e, f, g, ref h, a, b, c, ref d, w12 + Vector256.Load(k + 96));
            Round(d, e, f, ref g, h, a, b, ref c, w13 + Vector256.Load(k + 104));
            Round(c, d, e, ref f, g, h, a, ref b, w14 + Vector256.Load(k + 112));
            Round(b, c, d, ref e, f, g, h, ref a, w15 + Vector256.Load(k + 120));
            for (int i = 0; i < 3; i++)
            {
                k += 16 * Lanes;
                w0 += Extend0(w1) + w9 + Extend1(w14);
                Round(a, b, c, ref d, e, f, g, ref h, w0 + Vector256.Load(k + 0));
                w1 += Extend0(w2) + w10 + Extend1(w15);
                Round(h, a, b, ref c, d, e, f, ref g, w1 + Vector256.Load(k + 8));
                w2 += Extend0(w3) + w11 + Extend1(w0);
                Round(g, h, a, ref b, c, d, e, ref f, w2 + Vector256.Load(k + 16));
                w3 += Extend0(w4) + w12 + Extend1(w1);
                Round(f, g, h, ref a, b, c, d, ref e, w3 + Vector256.Load(k + 24));
                w4 += Extend0(w5) + w13 + Extend1(w2);
                Round(e, f, g, ref h, a, b, c, ref d, w4 + Vector256.Load(k + 32));
                w5 += Extend0(w6) + w14 + Extend1(w3);
                Round(d, e, f, ref g, h, a, b, ref c, w5 + Vector256.Load(k + 40));
                w6 += Extend0(w7) + w15 + Extend1(w4);
                Round(c, d, e, ref f, g, h, a, ref b, w6 + Vector256.Load(k + 48));
                w7 += Extend0(w8) + w0 + Extend1(w5);
                Round(b, c, d, ref e, f, g, h, ref a, w7 + Vector256.Load(k + 56));
                w8 += Extend0(w9) + w1 + Extend1(w6);
                Round(a, b, c, ref d, e, f, g, ref h, w8 + Vector256.Load(k + 64));
                w9 += Extend0(w10) + w2 + Extend1(w7);
                Round(h, a, b, ref c, d, e, f, ref g, w9 + Vector256.Load(k + 72));
                w10 += Extend0(w11) + w3 + Extend1(w8);
                Round(g, h, a, ref b, c, d, e, ref f, w10 + Vector256.Load(k + 80));
                w11 += Extend0(w12) + w4 + Extend1(w9);
                Round(f, g, h, ref a, b, c, d, ref e, w11 + Vector256.Load(k + 88));
                w12 += Extend0(w13) + w5 + Extend1(w10);
                Round(e, f, g, ref h, a, b, c, ref d, w12 + Vector256.Load(k + 96));
                w13 += Extend0(w14) + w6 + Extend1(w11);
                Round(d, e, f, ref g, h, a, b, ref c, w13 + Vector256.Load(k + 104));
                w14 += Extend0(w15) + w7 + Extend1(w12);
                Round(c, d, e, ref f, g, h, a, ref b, w14 + Vector256.Load(k + 112));
                w15 += Extend0(w0) + w8 + Extend1(w13);
                Round(b, c, d, ref e, f, g, h, ref a, w15 + Vector256.Load(k + 120));
            }

            a += Vector256.Load(state);
            a.Store(state);
            b += Vector256.Load(state + 8);
            b.Store(state + 8);
            c += Vector256.Load(state + 16);
            c.Store(state + 16);
            d += Vector256.Load(state + 24);
            d.Store(state + 24);
            e += Vector256.Load(state + 32);
            e.Store(state + 32);
            f += Vector256.Load(state + 40);
            f.Store(state + 40);
            g += Vector256.Load(state + 48);
            g.Store(state + 48);
            h += Vector256.Load(state + 56);
            h.Store(state + 56);
        }
    }

    /// <summary>Reads half a block of each lane, big-endian, and turns the matrix: 8 words of 8 lanes become 8 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        byte** lanes, long offset, out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3,
                out Vector256<uint> w4, out Vector256<uint> w5, out Vector256<uint> w6, out Vector256<uint> w7)
    {
        Vector256<uint> r0 = Load(lanes[0] + offset);
        Vector256<uint> r1 = Load(lanes[1] + offset);
        Vector256<uint> r2 = Load(lanes[2] + offset);
        Vector256<uint> r3 = Load(lanes[3] + offset);
        Vector256<uint> r4 = Load(lanes[4] + offset);
        Vector256<uint> r5 = Load(lanes[5] + offset);
        Vector256<uint> r6 = Load(lanes[6] + offset);
        Vector256<uint> r7 = Load(lanes[7] + offset);

        Vector256<uint> s0 = Avx2.UnpackLow(r0, r1);
        Vector256<uint> s1 = Avx2.UnpackHigh(r0, r1);
        Vector256<uint> s2 = Avx2.UnpackLow(r2, r3);
        Vector256<uint> s3 = Avx2.UnpackHigh(r2, r3);
        Vector256<uint> s4 = Avx2.UnpackLow(r4, r5);
        Vector256<uint> s5 = Avx2.UnpackHigh(r4, r5);
        Vector256<uint> s6 = Avx2.UnpackLow(r6, r7);
        Vector256<uint> s7 = Avx2.UnpackHigh(r6, r7);

        r0 = UnpackLow(s0, s2);
        r1 = UnpackHigh(s0, s2);
        r2 = UnpackLow(s1, s3);
        r3 = UnpackHigh(s1, s3);
        r4 = UnpackLow(s4, s6);
        r5 = UnpackHigh(s4, s6);
        r6 = UnpackLow(s5, s7);
        r7 = UnpackHigh(s5, s7);

        w0 = Avx2.Permute2x128(r0, r4, 0x20);
        w1 = Avx2.Permute2x128(r1, r5, 0x20);
        w2 = Avx2.Permute2x128(r2, r6, 0x20);
        w3 = Avx2.Permute2x128(r3, r7, 0x20);
        w4 = Avx2.Permute2x128(r0, r4, 0x31);
        w5 = Avx2.Permute2x128(r1, r5, 0x31);
        w6 = Avx2.Permute2x128(r2, r6, 0x31);
        w7 = Avx2.Permute2x128(r3, r7, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Load(byte* block) => Avx2.Shuffle(Vector256.Load(block), Vector256.Create(
        Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> UnpackLow(Vector256<uint> left, Vector256<uint> right) => Avx2.UnpackLow(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> UnpackHigh(Vector256<uint> left, Vector256<uint> right) => Avx2.UnpackHigh(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    /// <summary>One round; the caller renames the variables from round to round instead of moving them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, ref Vector256<uint> d,
        Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, ref Vector256<uint> h, Vector256<uint> input)
    {
        // "e ? f : g" is g ^ (e & (f ^ g)); the majority of three is (a & b) | (c & (a | b)).
        Vector256<uint> first = h + input + (g ^ (e & (f ^ g))) + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25));
        d += first;
        h = first + ((a & b) | (c & (a | b))) + (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Extend0(Vector256<uint> w) => Rotate(w, 7) ^ Rotate(w, 18) ^ (w >>> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Extend1(Vector256<uint> w) => Rotate(w, 17) ^ Rotate(w, 19) ^ (w >>> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> w, int bits) => (w >>> bits) | (w << (32 - bits));

    /// <summary>The rounds' constants, each once for every lane, in memory that lasts as long as the process.</summary>
    private static uint* Spread()
    {
        uint* table = (uint*)NativeMemory.AlignedAlloc((nuint)(Sha256Constants.Rounds.Length * Lanes * sizeof(uint)), 64);
        for (int i = 0; i < Sha256Constants.Rounds.Length; i++)
        {
            new Span<uint>(table + (i * Lanes), Lanes).Fill(Sha256Constants.Rounds[i]);
        }

        return table;
    }
}
