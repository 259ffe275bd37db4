using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Locality;

/// <summary>
/// Measures what is lost from sketches to points and from points to keys. All pairs of a sample are compared; the sample is drawn by a fixed
/// seed, so the same sketches give the same figures.
/// </summary>
public static class LocalityMeasure
{
    /// <summary>Sketches of the sample where nothing else is said: half a million pairs.</summary>
    public const int DefaultSample = 1000;

    /// <summary>Neighbours of each where nothing else is said.</summary>
    public const int DefaultNeighbors = 10;

    private const ulong Seed = 42;

    /// <summary>Measures a source. Zero sketches are left out.</summary>
    /// <param name="source">The sketches.</param>
    /// <param name="projection">Makes the points.</param>
    /// <param name="curve">Makes the keys.</param>
    /// <param name="sample">Sketches to draw at most, 3 or more; time and memory grow with the square.</param>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Fewer than three sketches are not zero, or the projection is for another dimension.</exception>
    public static LocalityReport Measure(
        ISketchSource source,
        SketchProjection projection,
        SpaceFillingCurve curve,
        int sample = DefaultSample,
        int neighbors = DefaultNeighbors,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(projection);
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentOutOfRangeException.ThrowIfLessThan(sample, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        float[][] sketches = Draw(source, sample);
        if (sketches.Length < 3)
        {
            throw new ArgumentException($"A correlation needs three sketches that are not zero; there are {sketches.Length}.", nameof(source));
        }

        SpatialPoint[] points = [.. sketches.Select(sketch => projection.Project(sketch))];
        long[] keys = new long[points.Length];
        SpatialGrid.ToKeys(points, curve, keys);
        int pairs = points.Length * (points.Length - 1) / 2;
        double[] ofSketches = new double[pairs];
        double[] ofPoints = new double[pairs];
        double[] ofKeys = new double[pairs];
        int pair = 0;
        for (int i = 1; i < points.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int k = 0; k < i; k++, pair++)
            {
                ofSketches[pair] = Math.Sqrt(Math.Max(0, 2 - (2.0 * SketchMath.Dot(sketches[i], sketches[k]))));
                ofPoints[pair] = points[i].DistanceTo(points[k]);
                ofKeys[pair] = Math.Abs((double)keys[i] - keys[k]);
            }
        }

        int asked = Math.Min(neighbors, points.Length - 1);
        (double space, double key) = Preservation(points.Length, asked, ofSketches, ofPoints, ofKeys, cancellation);
        double[] sketchRanks = Correlation.Ranks(ofSketches);
        double[] pointRanks = Correlation.Ranks(ofPoints);
        double[] keyRanks = Correlation.Ranks(ofKeys);
        return new LocalityReport(
            points.Length,
            pairs,
            Correlation.Pearson(ofSketches, ofPoints),
            Correlation.Pearson(sketchRanks, pointRanks),
            Correlation.Pearson(ofPoints, ofKeys),
            Correlation.Pearson(pointRanks, keyRanks),
            Correlation.Pearson(sketchRanks, keyRanks),
            asked,
            space,
            key,
            (double)asked / (points.Length - 1));
    }

    // A partial Fisher-Yates shuffle of the ordinals.
    private static float[][] Draw(ISketchSource source, int sample)
    {
        int[] ordinals = [.. Enumerable.Range(0, source.Count)];
        float[] buffer = new float[source.Dimension];
        List<float[]> drawn = [];
        for (int i = 0; i < ordinals.Length && drawn.Count < sample; i++)
        {
            int other = i + (int)Math.BigMul(SketchHash.SignWord(Seed, i), (ulong)(ordinals.Length - i), out _);
            (ordinals[i], ordinals[other]) = (ordinals[other], ordinals[i]);
            ReadOnlySpan<float> sketch = source.Read(ordinals[i], buffer);
            if (sketch.ContainsAnyExcept(0f))
            {
                drawn.Add(sketch.ToArray());
            }
        }

        return [.. drawn];
    }

    private static (double Space, double Key) Preservation(
        int count, int neighbors, double[] ofSketches, double[] ofPoints, double[] ofKeys, CancellationToken cancellation)
    {
        long space = 0;
        long key = 0;
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            HashSet<int> nearestPoints = [.. Nearest(i, count, neighbors, ofPoints)];
            space += Nearest(i, count, neighbors, ofSketches).Count(nearestPoints.Contains);
            key += Nearest(i, count, neighbors, ofKeys).Count(nearestPoints.Contains);
        }

        return ((double)space / ((long)count * neighbors), (double)key / ((long)count * neighbors));
    }

    // Equal distances in the order of the sample.
    private static int[] Nearest(int center, int count, int neighbors, double[] distances)
    {
        int[] others = new int[count - 1];
        double[] away = new double[count - 1];
        for (int k = 0, n = 0; k < count; k++)
        {
            if (k != center)
            {
                (int low, int high) = k < center ? (k, center) : (center, k);
                others[n] = k;
                away[n++] = distances[(high * (high - 1) / 2) + low];
            }
        }

        return [.. Enumerable.Range(0, others.Length).OrderBy(n => away[n]).Take(neighbors).Select(n => others[n])];
    }
}
