namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>The sum of parts, and the sketch it makes.</summary>
/// <param name="config">The configuration.</param>
internal sealed class SketchTotal(SketchConfig config)
{
    private readonly double[] _sums = new double[config.Dimension];
    private double _squares;
    private long _nonFinite;
    private bool _varies;

    /// <summary>Adds a part; the order of calls is the order of summation.</summary>
    public void Add(SketchPart part)
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i] += part.Sums[i];
        }

        _squares += part.Squares;
        _nonFinite += part.NonFinite;
        _varies |= part.Varies;
    }

    /// <summary>The sketch of all parts.</summary>
    public Sketch ToSketch(long count)
    {
        // Divided by the largest first: squares of the buckets can neither overflow nor vanish.
        double most = _sums.Max(Math.Abs);
        float[] values = new float[_sums.Length];
        if (most > 0)
        {
            double squares = 0;
            foreach (double sum in _sums)
            {
                squares += sum / most * (sum / most);
            }

            double length = Math.Sqrt(squares);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(_sums[i] / most / length);
            }
        }

        return new Sketch(config, values, Math.Sqrt(_squares), count, _nonFinite, count > 0 && _nonFinite == 0 && !_varies);
    }
}
