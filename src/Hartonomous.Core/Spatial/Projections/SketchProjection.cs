using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Projections;

/// <summary>
/// Projects sketches to points of the box [-100, 100]³. Points are equal on every machine and vector width.
/// </summary>
/// <remarks>
/// <para><see cref="ProjectionMethod.Orthonormal"/>: coordinate k of a sketch s is s·v_k times 100 √D / 4. The dot products of unrelated sketches
/// are normally distributed with variance 1/D, so the box takes four standard deviations to each side; what lies beyond is moved to
/// the wall. Both steps only shrink distances: the distance of two points over <see cref="Scale"/> is at most that of the sketches.</para>
/// <para><see cref="ProjectionMethod.Landmark"/>: the landmarks are the same three vectors; see <see cref="Trilateration"/>. Each axis is scaled for
/// itself, so no such bound holds.</para>
/// </remarks>
public sealed unsafe class SketchProjection
{
    private const int Lanes = 16;
    private readonly float[] _vectors; // three, each padded with zeros to whole vectors
    private readonly int _stride;
    private readonly double _heightScale;

    /// <summary>The projection of a configuration.</summary>
    public SketchProjection(ProjectionConfig? config = null)
    {
        Config = config ?? ProjectionConfig.Default;
        _stride = (Config.Dimension + Lanes - 1) / Lanes * Lanes;
        _vectors = GC.AllocateArray<float>(3 * _stride, pinned: true);
        double[][] basis = OrthonormalBasis.Create(3, Config.Dimension, Config.Seed);
        for (int v = 0; v < basis.Length; v++)
        {
            for (int i = 0; i < Config.Dimension; i++)
            {
                _vectors[(v * _stride) + i] = (float)basis[v][i];
            }
        }

        double unit = ProjectionConfig.HalfEdge / ProjectionConfig.Deviations * Math.Sqrt(Config.Dimension);
        bool landmark = Config.Method == ProjectionMethod.Landmark;
        Scale = landmark ? unit / Trilateration.PlaneDeviation : unit;
        _heightScale = landmark ? unit / Trilateration.HeightDeviation : unit;
    }

    /// <summary>The configuration.</summary>
    public ProjectionConfig Config { get; }

    /// <summary>Units of the box that a unit of the unscaled point takes, along x and y.</summary>
    public double Scale { get; }

    /// <summary>
    /// Whether distances of points, divided by <see cref="Scale"/>, never exceed those of the sketches, so that an index can prove an answer complete.
    /// </summary>
    public bool IsContraction => Config.Method == ProjectionMethod.Orthonormal;

    /// <summary>The point of one sketch.</summary>
    /// <exception cref="ArgumentException">The sketch has another dimension.</exception>
    public SpatialPoint Project(ReadOnlySpan<float> sketch)
    {
        SpatialPoint point = default;
        Project(sketch, new Span<SpatialPoint>(ref point));
        return point;
    }

    /// <summary>The points of sketches that lie one after the other.</summary>
    /// <param name="sketches">D values for each point.</param>
    /// <param name="points">Takes the points.</param>
    /// <exception cref="ArgumentException">The sketches are not D values for each point.</exception>
    public void Project(ReadOnlySpan<float> sketches, Span<SpatialPoint> points) => Project(sketches, points, VectorWidths.Best);

    /// <inheritdoc cref="Project(ReadOnlySpan{float}, Span{SpatialPoint})"/>
    internal void Project(ReadOnlySpan<float> sketches, Span<SpatialPoint> points, VectorWidth width)
    {
        if (sketches.Length != (long)points.Length * Config.Dimension)
        {
            throw new ArgumentException(
                $"{points.Length} sketches of {Config.Dimension} dimensions are {(long)points.Length * Config.Dimension} values, not {sketches.Length}.",
                nameof(sketches));
        }

        fixed (float* first = sketches)
        {
            float* sketch = first;
            foreach (ref SpatialPoint point in points)
            {
                (float X, float Y, float Z) products = width switch
                {
                    VectorWidth.V512 => Products<Lanes16V512>(sketch),
                    VectorWidth.V256 => Products<Lanes16V256>(sketch),
                    _ => Products<Lanes16V128>(sketch),
                };
                point = ToPoint(products);
                sketch += Config.Dimension;
            }
        }
    }

    private static float Clamp(double value) => (float)Math.Clamp(value, -ProjectionConfig.HalfEdge, ProjectionConfig.HalfEdge);

    private SpatialPoint ToPoint((float X, float Y, float Z) products)
    {
        if (Config.Method == ProjectionMethod.Orthonormal)
        {
            return new SpatialPoint(Clamp(products.X * Scale), Clamp(products.Y * Scale), Clamp(products.Z * Scale));
        }

        (double x, double y, double z) = Trilateration.Solve(
            Trilateration.AngularDistance(products.X), Trilateration.AngularDistance(products.Y), Trilateration.AngularDistance(products.Z));
        (double X, double Y, double Z) center = Trilateration.Center;
        return new SpatialPoint(Clamp((x - center.X) * Scale), Clamp((y - center.Y) * Scale), Clamp((z - center.Z) * _heightScale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (float X, float Y, float Z) Products<T>(float* sketch)
        where T : struct, ILanes16<T>
    {
        float* vectors = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_vectors));
        T x = T.Create(0);
        T y = T.Create(0);
        T z = T.Create(0);
        int whole = Config.Dimension & -Lanes;
        int i = 0;
        for (; i < whole; i += Lanes)
        {
            T values = T.Load((uint*)(sketch + i));
            x = T.AddSingle(x, T.MultiplySingle(values, T.Load((uint*)(vectors + i))));
            y = T.AddSingle(y, T.MultiplySingle(values, T.Load((uint*)(vectors + _stride + i))));
            z = T.AddSingle(z, T.MultiplySingle(values, T.Load((uint*)(vectors + (2 * _stride) + i))));
        }

        if (i < Config.Dimension)
        {
            float* rest = stackalloc float[Lanes];
            new Span<float>(rest, Lanes).Clear();
            new Span<float>(sketch + i, Config.Dimension - i).CopyTo(new Span<float>(rest, Lanes));
            T values = T.Load((uint*)rest);
            x = T.AddSingle(x, T.MultiplySingle(values, T.Load((uint*)(vectors + i))));
            y = T.AddSingle(y, T.MultiplySingle(values, T.Load((uint*)(vectors + _stride + i))));
            z = T.AddSingle(z, T.MultiplySingle(values, T.Load((uint*)(vectors + (2 * _stride) + i))));
        }

        return (SketchMath.Sum(x), SketchMath.Sum(y), SketchMath.Sum(z));
    }
}
