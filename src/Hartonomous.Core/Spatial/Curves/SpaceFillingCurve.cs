using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Curves;

/// <summary>
/// A space-filling curve over a grid of two or three dimensions: the key of a point is its position on the curve. Keys fit a signed
/// 64-bit integer and are never negative. Encoding and decoding are inverses, and equal on every machine.
/// </summary>
/// <remarks>
/// Hilbert's curve follows Skilling's transform (2004) with x as the first axis: consecutive keys are neighbours on the grid. Morton's order
/// interleaves the bits, x lowest: consecutive keys may lie far apart.
/// </remarks>
public sealed unsafe class SpaceFillingCurve
{
    /// <summary>Bits an axis in three dimensions: 3 x 21 = 63.</summary>
    public const int Bits3D = 21;

    /// <summary>Bits an axis in two dimensions: 2 x 31 = 62; 32 would need the sign.</summary>
    public const int Bits2D = 31;

    private SpaceFillingCurve(CurveKind kind, int axes)
    {
        Kind = kind;
        Axes = axes;
        Bits = axes == 3 ? Bits3D : Bits2D;
    }

    /// <summary>Hilbert's curve in three dimensions.</summary>
    public static SpaceFillingCurve Hilbert3D { get; } = new(CurveKind.Hilbert3D, 3);

    /// <summary>Hilbert's curve in two dimensions.</summary>
    public static SpaceFillingCurve Hilbert2D { get; } = new(CurveKind.Hilbert2D, 2);

    /// <summary>Morton's order in three dimensions.</summary>
    public static SpaceFillingCurve Morton3D { get; } = new(CurveKind.Morton3D, 3);

    /// <summary>Morton's order in two dimensions.</summary>
    public static SpaceFillingCurve Morton2D { get; } = new(CurveKind.Morton2D, 2);

    /// <summary>Which curve it is.</summary>
    public CurveKind Kind { get; }

    /// <summary>2 or 3.</summary>
    public int Axes { get; }

    /// <summary>Bits an axis: 31 or 21.</summary>
    public int Bits { get; }

    /// <summary>The largest coordinate.</summary>
    public uint MaxCoordinate => (1u << Bits) - 1;

    /// <summary>The largest key.</summary>
    public long MaxKey => long.MaxValue >> (63 - (Axes * Bits));

    private bool IsHilbert => Kind is CurveKind.Hilbert3D or CurveKind.Hilbert2D;

    /// <summary>The curve of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static SpaceFillingCurve Of(CurveKind kind) => kind switch
    {
        CurveKind.Hilbert3D => Hilbert3D,
        CurveKind.Hilbert2D => Hilbert2D,
        CurveKind.Morton3D => Morton3D,
        CurveKind.Morton2D => Morton2D,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such curve."),
    };

    /// <summary>The key of a point. In two dimensions z has to be 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate exceeds <see cref="MaxCoordinate"/>.</exception>
    public long Encode(uint x, uint y, uint z = 0)
    {
        ThrowIfOutside(x | y | z);
        if (Axes == 2)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(z, 0u);
        }

        Span<uint> all = IsHilbert ? [x, y, z] : Axes == 3 ? [z, y, x] : [y, x, z];
        Span<uint> axes = all[..Axes];
        if (IsHilbert)
        {
            CurveScalar.AxesToTranspose(axes, Bits);
        }

        return CurveScalar.Interleave(axes, Bits);
    }

    /// <summary>The point of a key. In two dimensions z is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The key is negative or exceeds <see cref="MaxKey"/>.</exception>
    public (uint X, uint Y, uint Z) Decode(long key)
    {
        ThrowIfNoKey(key);
        Span<uint> all = stackalloc uint[3];
        all.Clear();
        Span<uint> axes = all[..Axes];
        CurveScalar.Separate(key, axes, Bits);
        if (!IsHilbert)
        {
            return Axes == 3 ? (all[2], all[1], all[0]) : (all[1], all[0], 0);
        }

        CurveScalar.TransposeToAxes(axes, Bits);
        return (all[0], all[1], all[2]);
    }

    /// <summary>Keys of many points.</summary>
    /// <param name="x">First coordinates.</param>
    /// <param name="y">Second coordinates, as many.</param>
    /// <param name="z">Third coordinates, as many; empty in two dimensions.</param>
    /// <param name="keys">Takes the keys; as long.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate exceeds <see cref="MaxCoordinate"/>; the keys are void then.</exception>
    public void Encode(ReadOnlySpan<uint> x, ReadOnlySpan<uint> y, ReadOnlySpan<uint> z, Span<long> keys) => Encode(x, y, z, keys, VectorWidths.Best);

    /// <summary>Points of many keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="x">Takes the first coordinates; as long.</param>
    /// <param name="y">Takes the second coordinates.</param>
    /// <param name="z">Takes the third coordinates; empty in two dimensions.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A key is negative or exceeds <see cref="MaxKey"/>.</exception>
    public void Decode(ReadOnlySpan<long> keys, Span<uint> x, Span<uint> y, Span<uint> z) => Decode(keys, x, y, z, VectorWidths.Best);

    /// <summary>At most <paramref name="maxRanges"/> runs of keys, ascending, that together hold every point of a region.</summary>
    /// <remarks>
    /// The curve's cells are split level by level; cells outside are dropped, and where the runs are too many, those with the smallest gaps
    /// between them are joined. Points outside the region may lie in the runs too: filter by <see cref="GridRegion.Contains"/>.
    /// </remarks>
    /// <param name="region">A box or a ball.</param>
    /// <param name="maxRanges">1 or more.</param>
    /// <returns>The runs; none where the region lies outside the grid.</returns>
    public IReadOnlyList<KeyRange> ToIntervals(GridRegion region, int maxRanges = 32)
    {
        ArgumentNullException.ThrowIfNull(region);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRanges, 1);
        return CurveCover.Of(this, region, maxRanges);
    }

    /// <inheritdoc cref="Encode(ReadOnlySpan{uint}, ReadOnlySpan{uint}, ReadOnlySpan{uint}, Span{long})"/>
    internal void Encode(ReadOnlySpan<uint> x, ReadOnlySpan<uint> y, ReadOnlySpan<uint> z, Span<long> keys, VectorWidth width)
    {
        ThrowIfLengthsDiffer(keys.Length, x.Length, y.Length, z.Length);
        fixed (uint* px = x, py = y, pz = z)
        fixed (long* pk = keys)
        {
            uint seen = width switch
            {
                VectorWidth.V512 => Encode<Lanes16V512>(px, py, pz, pk, keys.Length),
                VectorWidth.V256 => Encode<Lanes16V256>(px, py, pz, pk, keys.Length),
                _ => Encode<Lanes16V128>(px, py, pz, pk, keys.Length),
            };
            ThrowIfOutside(seen);
        }
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{long}, Span{uint}, Span{uint}, Span{uint})"/>
    internal void Decode(ReadOnlySpan<long> keys, Span<uint> x, Span<uint> y, Span<uint> z, VectorWidth width)
    {
        ThrowIfLengthsDiffer(keys.Length, x.Length, y.Length, z.Length);
        long seen = 0;
        foreach (long key in keys)
        {
            seen |= key;
        }

        ThrowIfNoKey(seen);
        fixed (uint* px = x, py = y, pz = z)
        fixed (long* pk = keys)
        {
            switch (width)
            {
                case VectorWidth.V512:
                    Decode<Lanes16V512>(pk, px, py, pz, keys.Length);
                    break;
                case VectorWidth.V256:
                    Decode<Lanes16V256>(pk, px, py, pz, keys.Length);
                    break;
                default:
                    Decode<Lanes16V128>(pk, px, py, pz, keys.Length);
                    break;
            }
        }
    }

    private uint Encode<T>(uint* x, uint* y, uint* z, long* keys, int count)
        where T : struct, ILanes16<T> => Kind switch
        {
            CurveKind.Hilbert3D => CurveBatch<Hilbert3Transform>.Encode<T>(x, y, z, keys, count),
            CurveKind.Hilbert2D => CurveBatch<Hilbert2Transform>.Encode<T>(x, y, z, keys, count),
            CurveKind.Morton3D => CurveBatch<Morton3Transform>.Encode<T>(x, y, z, keys, count),
            _ => CurveBatch<Morton2Transform>.Encode<T>(x, y, z, keys, count),
        };

    private void Decode<T>(long* keys, uint* x, uint* y, uint* z, int count)
        where T : struct, ILanes16<T>
    {
        switch (Kind)
        {
            case CurveKind.Hilbert3D:
                CurveBatch<Hilbert3Transform>.Decode<T>(keys, x, y, z, count);
                break;
            case CurveKind.Hilbert2D:
                CurveBatch<Hilbert2Transform>.Decode<T>(keys, x, y, z, count);
                break;
            case CurveKind.Morton3D:
                CurveBatch<Morton3Transform>.Decode<T>(keys, x, y, z, count);
                break;
            default:
                CurveBatch<Morton2Transform>.Decode<T>(keys, x, y, z, count);
                break;
        }
    }

    private void ThrowIfOutside(uint seen)
    {
        if (seen > MaxCoordinate)
        {
            throw new ArgumentOutOfRangeException(nameof(seen), $"A coordinate exceeds {MaxCoordinate}: the {Kind} grid has {Bits} bits an axis.");
        }
    }

    private void ThrowIfNoKey(long key)
    {
        if (key < 0 || key > MaxKey)
        {
            throw new ArgumentOutOfRangeException(nameof(key), $"A key is negative or exceeds {MaxKey}, the last of {Kind}.");
        }
    }

    private void ThrowIfLengthsDiffer(int keys, int x, int y, int z)
    {
        if (x != keys || y != keys || z != (Axes == 3 ? keys : 0))
        {
            throw new ArgumentException($"{keys} keys need as many x, y and, in three dimensions, z; there are {x}, {y} and {z}.", nameof(keys));
        }
    }
}
