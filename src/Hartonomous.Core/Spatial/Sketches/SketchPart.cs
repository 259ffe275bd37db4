using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>
/// The fold of one part of a content. Chunk c, the D values from c·D on, is added to the D buckets rotated by a pseudo-random number of that
/// chunk, each value with a pseudo-random sign; so a chunk is a vector addition, and values of one chunk never share a bucket.
/// </summary>
/// <remarks>
/// Buckets are summed in single precision over some 256 Ki values, in order of position, then added to double precision. Where that loses
/// the result (overflow, or squares that vanish), the same values are folded again in double precision throughout.
/// </remarks>
internal sealed unsafe class SketchPart
{
    private const int Lanes = 16;
    private const int ValuesPerRun = 1 << 18;
    private const int RunsPerPart = 16;
    private const int SignBlock = 512; // values whose signs lie in sixteen words of 32 bits
    private const uint SignBit = 0x80000000;
    private const uint Magnitude = 0x7FFFFFFF;
    private const uint Infinity = 0x7F800000;
    private const double SmallestSafeSquares = 1e-25;

    private readonly SketchConfig _config;
    private readonly int _dimension;
    private readonly float[] _buckets; // twice D, so that a rotated chunk needs no wrap; then room for a whole vector
    private readonly ulong[] _signs;
    private readonly byte[] _staged;
    private readonly double[] _sums;
    private readonly VectorWidth _width;

    /// <summary>A part that is empty so far.</summary>
    public SketchPart(SketchConfig config, VectorWidth width)
    {
        _config = config;
        _dimension = config.Dimension;
        _buckets = GC.AllocateArray<float>((2 * _dimension) + (2 * Lanes), pinned: true);
        _signs = GC.AllocateArray<ulong>((_dimension + SignBlock - 1) / SignBlock * (SignBlock / 64), pinned: true);
        _staged = GC.AllocateArray<byte>((_dimension + Lanes) * sizeof(float), pinned: true);
        _sums = new double[_dimension];
        _width = width;
    }

    /// <summary>Sums of the buckets.</summary>
    public ReadOnlySpan<double> Sums => _sums;

    /// <summary>Sum of the squares of the finite values.</summary>
    public double Squares { get; private set; }

    /// <summary>Number of NaN and infinite values.</summary>
    public long NonFinite { get; private set; }

    /// <summary>Whether a value differs from the one given as the first.</summary>
    public bool Varies { get; private set; }

    /// <summary>Values in a part; a multiple of D, some four million.</summary>
    public static long ValuesIn(SketchConfig config) => ValuesInRun(config.Dimension) * RunsPerPart;

    /// <summary>Values in a run, which is summed in single precision; a multiple of D, some 256 Ki.</summary>
    public static long ValuesInRun(int dimension) => (long)ChunksPerRun(dimension) * dimension;

    /// <summary>Forgets what was added.</summary>
    public void Reset()
    {
        Array.Clear(_sums);
        Squares = 0;
        NonFinite = 0;
        Varies = false;
    }

    /// <summary>Adds the first values of a content.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        fixed (float* first = values)
        {
            Add<SingleLoader>((byte*)first, values.Length, 0, 0);
        }
    }

    /// <summary>Adds values.</summary>
    /// <param name="source">The values as stored, little-endian.</param>
    /// <param name="count">Number of values.</param>
    /// <param name="firstChunk">Number of the chunk that begins with the first of them.</param>
    /// <param name="first">Bits of the content's first value, NaN and Inf as 0.</param>
    public void Add<TLoader>(byte* source, long count, long firstChunk, uint first)
        where TLoader : struct, ISketchLoader
    {
        long run = ValuesInRun(_dimension);
        for (long start = 0; start < count; start += run)
        {
            byte* begin = source + (start * TLoader.Size);
            long chunk = firstChunk + (start / _dimension);
            long values = Math.Min(run, count - start);
            long readable = count - start;
            switch (_width)
            {
                case VectorWidth.V512:
                    AddRun<TLoader, Lanes16V512>(begin, values, readable, chunk, first);
                    break;
                case VectorWidth.V256:
                    AddRun<TLoader, Lanes16V256>(begin, values, readable, chunk, first);
                    break;
                default:
                    AddRun<TLoader, Lanes16V128>(begin, values, readable, chunk, first);
                    break;
            }
        }
    }

    private static int ChunksPerRun(int dimension) => Math.Max(1, ValuesPerRun / dimension);

    // Compiled in full at once: a run is long, and few of them make a sketch.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRun<TLoader, T>(byte* source, long count, long readable, long firstChunk, uint first)
        where TLoader : struct, ISketchLoader
        where T : struct, ILanes16<T>
    {
        Array.Clear(_buckets);
        double squares = 0;
        T finite = T.Create(0);
        T differences = T.Create(0);
        for (long done = 0; done < count; done += _dimension)
        {
            int length = (int)Math.Min(_dimension, count - done);
            ulong key = NextSigns(firstChunk + (done / _dimension));
            byte* chunk = source + (done * TLoader.Size);
            if (length % Lanes != 0 && readable - done < length + Lanes)
            {
                // The last vector would read past the end.
                Array.Clear(_staged);
                new Span<byte>(chunk, length * TLoader.Size).CopyTo(_staged);
                chunk = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_staged));
            }

            float* buckets = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_buckets)) + SketchHash.Rotation(key, _dimension);
            squares += AddChunk<TLoader, T>(chunk, length, buckets, first, ref finite, ref differences);
        }

        long finiteCount = SumOfWhole(finite);
        bool varies = AnyBit(differences);
        NonFinite += count - finiteCount;
        Varies |= varies;
        if (!double.IsFinite(squares) || (squares < SmallestSafeSquares && (varies || (first & Magnitude) != 0)) || !TryFold())
        {
            AddRunExactly<TLoader>(source, count, firstChunk);
        }
        else
        {
            Squares += squares;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float AddChunk<TLoader, T>(byte* source, int length, float* buckets, uint first, ref T finite, ref T differences)
        where TLoader : struct, ISketchLoader
        where T : struct, ILanes16<T>
    {
        uint* words = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_signs));
        T signBit = T.Create(SignBit);
        T magnitude = T.Create(Magnitude);
        T infinity = T.Create(Infinity);
        T firstValue = T.Create(first);
        T squared = T.Create(0);
        T counted = finite;
        T differing = differences;
        int whole = length & -Lanes;
        int i = 0;
        while (i < whole)
        {
            T signs = T.Load(words);
            words += Lanes;
            int end = Math.Min(i + SignBlock, whole);
            for (; i < end; i += Lanes)
            {
                T value = TLoader.Load<T>(source + (i * TLoader.Size));
                T isFinite = T.Less(T.And(value, magnitude), infinity);
                value = T.And(value, isFinite);
                counted = T.Subtract(counted, isFinite);
                differing = T.Or(differing, T.Xor(value, firstValue));
                squared = T.AddSingle(squared, T.MultiplySingle(value, value));
                T sum = T.AddSingle(T.Load((uint*)(buckets + i)), T.Xor(value, T.And(signs, signBit)));
                T.Store(sum, (uint*)(buckets + i));
                signs = T.ShiftLeft(signs, 1);
            }
        }

        if (i < length)
        {
            uint* mask = stackalloc uint[Lanes];
            for (int lane = 0; lane < Lanes; lane++)
            {
                mask[lane] = lane < length - i ? uint.MaxValue : 0;
            }

            // The words of this vector are those of the current block, shifted as often as vectors of the block came before.
            uint* block = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_signs)) + (i / SignBlock * Lanes);
            T signs = T.ShiftLeft(T.Load(block), i % SignBlock / Lanes);
            T inside = T.Load(mask);
            T value = TLoader.Load<T>(source + (i * TLoader.Size));
            T isFinite = T.And(T.Less(T.And(value, magnitude), infinity), inside);
            value = T.And(value, isFinite);
            counted = T.Subtract(counted, isFinite);
            differing = T.Or(differing, T.And(T.Xor(value, firstValue), inside));
            squared = T.AddSingle(squared, T.MultiplySingle(value, value));
            T sum = T.AddSingle(T.Load((uint*)(buckets + i)), T.Xor(value, T.And(T.And(signs, signBit), inside)));
            T.Store(sum, (uint*)(buckets + i));
        }

        finite = counted;
        differences = differing;
        return SketchMath.Sum(squared);
    }

    private ulong NextSigns(long chunk)
    {
        ulong key = SketchHash.ChunkKey(_config.Seed, chunk);
        Span<ulong> signs = _signs;
        for (int i = 0; i < signs.Length; i++)
        {
            signs[i] = SketchHash.SignWord(key, i);
        }

        return key;
    }

    // False where single precision overflowed; nothing is added then.
    private bool TryFold()
    {
        float most = 0;
        foreach (float value in _buckets)
        {
            most = Math.Max(most, Math.Abs(value));
        }

        if (!float.IsFinite(most))
        {
            return false;
        }

        ReadOnlySpan<float> low = _buckets.AsSpan(0, _dimension);
        ReadOnlySpan<float> high = _buckets.AsSpan(_dimension, _dimension);
        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i] += (double)low[i] + high[i];
        }

        return true;
    }

    private void AddRunExactly<TLoader>(byte* source, long count, long firstChunk)
        where TLoader : struct, ISketchLoader
    {
        for (long done = 0; done < count; done += _dimension)
        {
            int length = (int)Math.Min(_dimension, count - done);
            ulong key = NextSigns(firstChunk + (done / _dimension));
            int rotation = SketchHash.Rotation(key, _dimension);
            for (int i = 0; i < length; i++)
            {
                float value = TLoader.LoadOne(source + ((done + i) * TLoader.Size));
                if (float.IsFinite(value))
                {
                    int lane = i % Lanes;
                    ulong word = _signs[(i / SignBlock * (Lanes / 2)) + (lane / 2)] >> (lane % 2 * 32);
                    bool negative = ((word >> (31 - (i % SignBlock / Lanes))) & 1) != 0;
                    _sums[(i + rotation) % _dimension] += negative ? -value : value;
                    Squares += (double)value * value;
                }
            }
        }
    }

    private static long SumOfWhole<T>(T lanes)
        where T : struct, ILanes16<T>
    {
        uint* values = stackalloc uint[Lanes];
        T.Store(lanes, values);
        long sum = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            sum += values[lane];
        }

        return sum;
    }

    private static bool AnyBit<T>(T lanes)
        where T : struct, ILanes16<T>
    {
        uint* values = stackalloc uint[Lanes];
        T.Store(lanes, values);
        return new ReadOnlySpan<uint>(values, Lanes).ContainsAnyExcept(0u);
    }
}
