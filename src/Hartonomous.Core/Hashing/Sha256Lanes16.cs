using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Hashing;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) on sixteen messages at once: word <c>i</c> of a vector belongs to
/// message <c>i</c>. Needs AVX-512 (F and BW).
/// </summary>
internal static unsafe class Sha256Lanes16
{
    /// <summary>Messages that go side by side.</summary>
    public const int Lanes = 16;

    /// <summary>
    /// How far ahead of the reading the caches are told of it. So many streams are too many for the processor to see by itself where
    /// they come from memory.
    /// </summary>
    private const int PrefetchBytes = 512;

    private static readonly uint* Constants = Spread();

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Avx512BW.IsSupported;

    /// <summary>Compresses the same number of 64-byte blocks of each lane.</summary>
    /// <param name="state">The states, word by word: word <c>w</c> of lane <c>i</c> is at <c>16 w + i</c>.</param>
    /// <param name="lanes">Where the blocks of each lane begin.</param>
    /// <param name="blocks">How many blocks, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(uint* state, byte** lanes, long blocks)
    {
        Vector512<uint> a = Vector512.Load(state);
        Vector512<uint> b = Vector512.Load(state + 16);
        Vector512<uint> c = Vector512.Load(state + 32);
        Vector512<uint> d = Vector512.Load(state + 48);
        Vector512<uint> e = Vector512.Load(state + 64);
        Vector512<uint> f = Vector512.Load(state + 80);
        Vector512<uint> g = Vector512.Load(state + 96);
        Vector512<uint> h = Vector512.Load(state + 112);
        long end = blocks * Sha256Constants.BlockBytes;
        for (long offset = 0; offset < end; offset += Sha256Constants.BlockBytes)
        {
            Turn(
                lanes, offset, out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3,
                out Vector512<uint> w4, out Vector512<uint> w5, out Vector512<uint> w6, out Vector512<uint> w7,
                out Vector512<uint> w8, out Vector512<uint> w9, out Vector512<uint> w10, out Vector512<uint> w11,
                out Vector512<uint> w12, out Vector512<uint> w13, out Vector512<uint> w14, out Vector512<uint> w15);
            for (int i = 0; i < Lanes; i++)
            {
                Sse.Prefetch0(lanes[i] + offset + PrefetchBytes);
            }

            uint* k = Constants;
            Round(a, b, c, ref d, e, f, g, ref h, w0 + Vector512.Load(k + 0));
            Round(h, a, b, ref c, d, e, f, ref g, w1 + Vector512.Load(k + 16));
            Round(g, h, a, ref b, c, d, e, ref f, w2 + Vector512.Load(k + 32));
            Round(f, g, h, ref a, b, c, d, ref e, w3 + Vector512.Load(k + 48));
            Round(e, f, g, ref h, a, b, c, ref d, w4 + Vector512.Load(k + 64));
            Round(d, e, f, ref g, h, a, b, ref c, w5 + Vector512.Load(k + 80));
            Round(c, d, e, ref f, g, h, a, ref b, w6 + Vector512.Load(k + 96));
            Round(b, c, d, ref e, f, g, h, ref a, w7 + Vector512.Load(k + 112));
            Round(a, b, c, ref d, e, f, g, ref h, w8 + Vector512.Load(k + 128));
            Round(h, a, b, ref c, d, e, f, ref g, w9 + Vector512.Load(k + 144));
            Round(g, h, a, ref b, c, d, e, ref f, w10 + Vector512.Load(k + 160));
            Round(f, g, h, ref a, b, c, d, ref e, w11 + Vector512.Load(k + 176));
            Round(e, f, g, ref h, a, b, c, ref d, w12 + Vector512.Load(k + 192));
            Round(d, e, f, ref g, h, a, b, ref c, w13 + Vector512.Load(k + 208));
            Round(c, d, e, ref f, g, h, a, ref b, w14 + Vector512.Load(k + 224));
            Round(b, c, d, ref e, f, g, h, ref a, w15 + Vector512.Load(k + 240));
            for (int i = 0; i < 3; i++)
            {
                k += 16 * Lanes;
                w0 += Extend0(w1) + w9 + Extend1(w14);
                Round(a, b, c, ref d, e, f, g, ref h, w0 + Vector512.Load(k + 0));
                w1 += Extend0(w2) + w10 + Extend1(w15);
                Round(h, a, b, ref c, d, e, f, ref g, w1 + Vector512.Load(k + 16));
                w2 += Extend0(w3) + w11 + Extend1(w0);
                Round(g, h, a, ref b, c, d, e, ref f, w2 + Vector512.Load(k + 32));
                w3 += Extend0(w4) + w12 + Extend1(w1);
                Round(f, g, h, ref a, b, c, d, ref e, w3 + Vector512.Load(k + 48));
                w4 += Extend0(w5) + w13 + Extend1(w2);
                Round(e, f, g, ref h, a, b, c, ref d, w4 + Vector512.Load(k + 64));
                w5 += Extend0(w6) + w14 + Extend1(w3);
                Round(d, e, f, ref g, h, a, b, ref c, w5 + Vector512.Load(k + 80));
                w6 += Extend0(w7) + w15 + Extend1(w4);
                Round(c, d, e, ref f, g, h, a, ref b, w6 + Vector512.Load(k + 96));
                w7 += Extend0(w8) + w0 + Extend1(w5);
                Round(b, c, d, ref e, f, g, h, ref a, w7 + Vector512.Load(k + 112));
                w8 += Extend0(w9) + w1 + Extend1(w6);
                Round(a, b, c, ref d, e, f, g, ref h, w8 + Vector512.Load(k + 128));
                w9 += Extend0(w10) + w2 + Extend1(w7);
                Round(h, a, b, ref c, d, e, f, ref g, w9 + Vector512.Load(k + 144));
                w10 += Extend0(w11) + w3 + Extend1(w8);
                Round(g, h, a, ref b, c, d, e, ref f, w10 + Vector512.Load(k + 160));
                w11 += Extend0(w12) + w4 + Extend1(w9);
                Round(f, g, h, ref a, b, c, d, ref e, w11 + Vector512.Load(k + 176));
                w12 += Extend0(w13) + w5 + Extend1(w10);
                Round(e, f, g, ref h, a, b, c, ref d, w12 + Vector512.Load(k + 192));
                w13 += Extend0(w14) + w6 + Extend1(w11);
                Round(d, e, f, ref g, h, a, b, ref c, w13 + Vector512.Load(k + 208));
                w14 += Extend0(w15) + w7 + Extend1(w12);
                Round(c, d, e, ref f, g, h, a, ref b, w14 + Vector512.Load(k + 224));
                w15 += Extend0(w0) + w8 + Extend1(w13);
                Round(b, c, d, ref e, f, g, h, ref a, w15 + Vector512.Load(k + 240));
            }

            a += Vector512.Load(state);
            a.Store(state);
            b += Vector512.Load(state + 16);
            b.Store(state + 16);
            c += Vector512.Load(state + 32);
            c.Store(state + 32);
            d += Vector512.Load(state + 48);
            d.Store(state + 48);
            e += Vector512.Load(state + 64);
            e.Store(state + 64);
            f += Vector512.Load(state + 80);
            f.Store(state + 80);
            g += Vector512.Load(state + 96);
            g.Store(state + 96);
            h += Vector512.Load(state + 112);
            h.Store(state + 112);
        }
    }

    /// <summary>Reads a block of each lane, big-endian, and turns the matrix: 16 words of 16 lanes become 16 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        byte** lanes, long offset, out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3,
                out Vector512<uint> w4, out Vector512<uint> w5, out Vector512<uint> w6, out Vector512<uint> w7,
                out Vector512<uint> w8, out Vector512<uint> w9, out Vector512<uint> w10, out Vector512<uint> w11,
                out Vector512<uint> w12, out Vector512<uint> w13, out Vector512<uint> w14, out Vector512<uint> w15)
    {
        Vector512<uint> r0 = Load(lanes[0] + offset);
        Vector512<uint> r1 = Load(lanes[1] + offset);
        Vector512<uint> r2 = Load(lanes[2] + offset);
        Vector512<uint> r3 = Load(lanes[3] + offset);
        Vector512<uint> r4 = Load(lanes[4] + offset);
        Vector512<uint> r5 = Load(lanes[5] + offset);
        Vector512<uint> r6 = Load(lanes[6] + offset);
        Vector512<uint> r7 = Load(lanes[7] + offset);
        Vector512<uint> r8 = Load(lanes[8] + offset);
        Vector512<uint> r9 = Load(lanes[9] + offset);
        Vector512<uint> r10 = Load(lanes[10] + offset);
        Vector512<uint> r11 = Load(lanes[11] + offset);
        Vector512<uint> r12 = Load(lanes[12] + offset);
        Vector512<uint> r13 = Load(lanes[13] + offset);
        Vector512<uint> r14 = Load(lanes[14] + offset);
        Vector512<uint> r15 = Load(lanes[15] + offset);

        Vector512<uint> s0 = Avx512F.UnpackLow(r0, r1);
        Vector512<uint> s1 = Avx512F.UnpackHigh(r0, r1);
        Vector512<uint> s2 = Avx512F.UnpackLow(r2, r3);
        Vector512<uint> s3 = Avx512F.UnpackHigh(r2, r3);
        Vector512<uint> s4 = Avx512F.UnpackLow(r4, r5);
        Vector512<uint> s5 = Avx512F.UnpackHigh(r4, r5);
        Vector512<uint> s6 = Avx512F.UnpackLow(r6, r7);
        Vector512<uint> s7 = Avx512F.UnpackHigh(r6, r7);
        Vector512<uint> s8 = Avx512F.UnpackLow(r8, r9);
        Vector512<uint> s9 = Avx512F.UnpackHigh(r8, r9);
        Vector512<uint> s10 = Avx512F.UnpackLow(r10, r11);
        Vector512<uint> s11 = Avx512F.UnpackHigh(r10, r11);
        Vector512<uint> s12 = Avx512F.UnpackLow(r12, r13);
        Vector512<uint> s13 = Avx512F.UnpackHigh(r12, r13);
        Vector512<uint> s14 = Avx512F.UnpackLow(r14, r15);
        Vector512<uint> s15 = Avx512F.UnpackHigh(r14, r15);

        r0 = UnpackLow(s0, s2);
        r1 = UnpackHigh(s0, s2);
        r2 = UnpackLow(s1, s3);
        r3 = UnpackHigh(s1, s3);
        r4 = UnpackLow(s4, s6);
        r5 = UnpackHigh(s4, s6);
        r6 = UnpackLow(s5, s7);
        r7 = UnpackHigh(s5, s7);
        r8 = UnpackLow(s8, s10);
        r9 = UnpackHigh(s8, s10);
        r10 = UnpackLow(s9, s11);
        r11 = UnpackHigh(s9, s11);
        r12 = UnpackLow(s12, s14);
        r13 = UnpackHigh(s12, s14);
        r14 = UnpackLow(s13, s15);
        r15 = UnpackHigh(s13, s15);

        s0 = Avx512F.Shuffle4x128(r0, r4, 0x44);
        s4 = Avx512F.Shuffle4x128(r0, r4, 0xEE);
        s8 = Avx512F.Shuffle4x128(r8, r12, 0x44);
        s12 = Avx512F.Shuffle4x128(r8, r12, 0xEE);
        s1 = Avx512F.Shuffle4x128(r1, r5, 0x44);
        s5 = Avx512F.Shuffle4x128(r1, r5, 0xEE);
        s9 = Avx512F.Shuffle4x128(r9, r13, 0x44);
        s13 = Avx512F.Shuffle4x128(r9, r13, 0xEE);
        s2 = Avx512F.Shuffle4x128(r2, r6, 0x44);
        s6 = Avx512F.Shuffle4x128(r2, r6, 0xEE);
        s10 = Avx512F.Shuffle4x128(r10, r14, 0x44);
        s14 = Avx512F.Shuffle4x128(r10, r14, 0xEE);
        s3 = Avx512F.Shuffle4x128(r3, r7, 0x44);
        s7 = Avx512F.Shuffle4x128(r3, r7, 0xEE);
        s11 = Avx512F.Shuffle4x128(r11, r15, 0x44);
        s15 = Avx512F.Shuffle4x128(r11, r15, 0xEE);
        w0 = Avx512F.Shuffle4x128(s0, s8, 0x88);
        w1 = Avx512F.Shuffle4x128(s1, s9, 0x88);
        w2 = Avx512F.Shuffle4x128(s2, s10, 0x88);
        w3 = Avx512F.Shuffle4x128(s3, s11, 0x88);
        w4 = Avx512F.Shuffle4x128(s0, s8, 0xDD);
        w5 = Avx512F.Shuffle4x128(s1, s9, 0xDD);
        w6 = Avx512F.Shuffle4x128(s2, s10, 0xDD);
        w7 = Avx512F.Shuffle4x128(s3, s11, 0xDD);
        w8 = Avx512F.Shuffle4x128(s4, s12, 0x88);
        w9 = Avx512F.Shuffle4x128(s5, s13, 0x88);
        w10 = Avx512F.Shuffle4x128(s6, s14, 0x88);
        w11 = Avx512F.Shuffle4x128(s7, s15, 0x88);
        w12 = Avx512F.Shuffle4x128(s4, s12, 0xDD);
        w13 = Avx512F.Shuffle4x128(s5, s13, 0xDD);
        w14 = Avx512F.Shuffle4x128(s6, s14, 0xDD);
        w15 = Avx512F.Shuffle4x128(s7, s15, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Load(byte* block) => Avx512BW.Shuffle(Vector512.Load(block), Vector512.Create(
        Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> UnpackLow(Vector512<uint> left, Vector512<uint> right) => Avx512F.UnpackLow(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> UnpackHigh(Vector512<uint> left, Vector512<uint> right) => Avx512F.UnpackHigh(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    /// <summary>One round; the caller renames the variables from round to round instead of moving them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, ref Vector512<uint> d,
        Vector512<uint> e, Vector512<uint> f, Vector512<uint> g, ref Vector512<uint> h, Vector512<uint> input)
    {
        // 0xCA is "e ? f : g", 0xE8 the majority, 0x96 the parity of three.
        Vector512<uint> choice = Avx512F.TernaryLogic(e, f, g, 0xCA);
        Vector512<uint> sum = Avx512F.TernaryLogic(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25), 0x96);
        Vector512<uint> first = h + input + choice + sum;
        Vector512<uint> majority = Avx512F.TernaryLogic(a, b, c, 0xE8);
        Vector512<uint> second = Avx512F.TernaryLogic(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22), 0x96) + majority;
        d += first;
        h = first + second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Extend0(Vector512<uint> w) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(w, 7), Avx512F.RotateRight(w, 18), Avx512F.ShiftRightLogical(w, 3), 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Extend1(Vector512<uint> w) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(w, 17), Avx512F.RotateRight(w, 19), Avx512F.ShiftRightLogical(w, 10), 0x96);

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
