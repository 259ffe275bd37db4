using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// Scores of signatures against a query, 64 a step: four dimensions of a signature are an index into a table of sixteen sums of the query's
/// values, looked up by a byte shuffle. Whole numbers only, so the same on every vector width.
/// </summary>
/// <remarks>
/// After F. André, A.-M. Kermarrec and N. Le Scouarnec, "Cache locality is not enough: high-performance nearest neighbor search with product
/// quantization fast scan" (VLDB 2015). Byte t of the 64 bytes of column c holds dimensions 8c..8c+7 of signature t.
/// </remarks>
internal sealed unsafe class SignatureScan
{
    /// <summary>Signatures a block.</summary>
    public const int Block = 64;

    private const int MaxEntry = 63; // four of them fit into a byte
    private const uint Nibbles = 0x0F0F0F0F;
    private const uint Bytes = 0x00FF00FF;

    private const uint Least = 0x00010001; // scores begin at 1, so that all exceed a threshold of 0

    private readonly byte[] _tables; // for each four dimensions 64 bytes: a table of sixteen, four times
    private readonly int _columns;
    private readonly double _step;
    private readonly double _offset;
    private readonly double _unit;

    /// <summary>Prepares the tables of a rotated query.</summary>
    public SignatureScan(ReadOnlySpan<float> rotated)
    {
        int groups = rotated.Length / 4;
        _columns = rotated.Length / 8;
        _tables = GC.AllocateUninitializedArray<byte>(groups * Block, pinned: true);
        double widest = 0;
        double squares = 0;
        for (int group = 0; group < groups; group++)
        {
            double sum = 0;
            foreach (float value in rotated.Slice(4 * group, 4))
            {
                sum += Math.Abs(value);
                squares += (double)value * value;
            }

            widest = Math.Max(widest, 2 * sum);
            _offset += sum;
        }

        // Sums of 16 bits: signatures of more than 4160 dimensions take coarser entries.
        int entries = Math.Min(MaxEntry, (ushort.MaxValue - 1) / groups);
        _step = widest / entries;
        for (int group = 0; group < groups; group++)
        {
            ReadOnlySpan<float> q = rotated.Slice(4 * group, 4);
            double lowest = -(Math.Abs((double)q[0]) + Math.Abs(q[1]) + Math.Abs(q[2]) + Math.Abs(q[3]));
            for (int nibble = 0; nibble < 16; nibble++)
            {
                double sum = 0;
                for (int bit = 0; bit < 4; bit++)
                {
                    sum += ((nibble >> bit) & 1) != 0 ? q[bit] : -q[bit];
                }

                byte entry = (byte)Math.Round((sum - lowest) / _step);
                for (int copy = 0; copy < 4; copy++)
                {
                    _tables[(group * Block) + (copy * 16) + nibble] = entry;
                }
            }
        }

        // The mean of the product of a unit vector's rotated values with the signs of one at cosine c is c √(2/π) √P times the query's length.
        _unit = Math.Sqrt(squares * rotated.Length * 2 / Math.PI);
    }

    /// <summary>The cosine that a score estimates.</summary>
    public double ToCosine(int score) => (((score - 1) * _step) - _offset) / _unit;

    /// <summary>Standard deviation of the estimate, for sketches that have little in common: √(π/2 - 1) / √P.</summary>
    public static double Deviation(int length) => Math.Sqrt(((Math.PI / 2) - 1) / length);

    /// <summary>
    /// Scores one block. Returns false, and writes nothing, where no score exceeds the threshold.
    /// </summary>
    /// <param name="block">64 bytes for each eight dimensions.</param>
    /// <param name="threshold">The score to exceed.</param>
    /// <param name="scores">Takes 64 scores.</param>
    public bool Score<T>(byte* block, ushort threshold, ushort* scores)
        where T : struct, ILanes16<T>
    {
        byte* tables = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_tables));
        T nibbles = T.Create(Nibbles);
        T bytes = T.Create(Bytes);
        T even = T.Create(Least);
        T odd = T.Create(Least);
        for (int column = 0; column < _columns; column += 2)
        {
            T first = T.Load((uint*)block);
            T second = T.Load((uint*)(block + Block));

            // Neither the sums of bytes nor those of 16 bits overflow: sums of 32-bit lanes do for both.
            T sum = T.Add(
                T.Add(
                    T.LookUp(T.Load((uint*)tables), T.And(first, nibbles)),
                    T.LookUp(T.Load((uint*)(tables + Block)), T.And(T.ShiftRight(first, 4), nibbles))),
                T.Add(
                    T.LookUp(T.Load((uint*)(tables + (2 * Block))), T.And(second, nibbles)),
                    T.LookUp(T.Load((uint*)(tables + (3 * Block))), T.And(T.ShiftRight(second, 4), nibbles))));
            even = T.Add(even, T.And(sum, bytes));
            odd = T.Add(odd, T.And(T.ShiftRight(sum, 8), bytes));
            block += 2 * Block;
            tables += 4 * Block;
        }

        T least = T.Create(threshold | ((uint)threshold << 16));
        if (!T.AnyGreater16(even, least) && !T.AnyGreater16(odd, least))
        {
            return false;
        }

        ushort* halves = stackalloc ushort[Block];
        T.Store(even, (uint*)halves);
        T.Store(odd, (uint*)(halves + (Block / 2)));
        for (int i = 0; i < Block / 2; i++)
        {
            scores[2 * i] = halves[i];
            scores[(2 * i) + 1] = halves[(Block / 2) + i];
        }

        return true;
    }
}
