namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>
/// The vector of fixed length that stands for a tensor's content: of length 1, or all zeros where there is nothing to compare.
/// The cosine of two sketches estimates the cosine of the contents.
/// </summary>
public sealed class Sketch
{
    internal Sketch(SketchConfig config, float[] values, double norm, long count, long nonFinite, bool isConstant)
    {
        Config = config;
        Values = values;
        Norm = norm;
        Count = count;
        NonFinite = nonFinite;
        IsConstant = isConstant;
        IsZero = !values.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>What the sketch was made with.</summary>
    public SketchConfig Config { get; }

    /// <summary>The <see cref="SketchConfig.Dimension"/> values.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>Euclidean (Frobenius) norm of the content, NaN and Inf left out.</summary>
    public double Norm { get; }

    /// <summary>Number of values of the content, NaN and Inf included.</summary>
    public long Count { get; }

    /// <summary>How many values were NaN or infinite; they count as 0.</summary>
    public long NonFinite { get; }

    /// <summary>Whether the sketch is all zeros: no values, or all of them 0, NaN or infinite. It is near to nothing.</summary>
    public bool IsZero { get; }

    /// <summary>
    /// Whether all values are the same number (bit for bit). Constant contents of one length and sign have the same sketch, as their cosine is 1;
    /// a search should say so rather than call them relatives.
    /// </summary>
    public bool IsConstant { get; }

    /// <summary>A sketch that was made before: one that a store has kept.</summary>
    /// <param name="config">What it was made with.</param>
    /// <param name="values">Its values: of length 1 together, or all zeros.</param>
    /// <param name="norm">Norm of the content.</param>
    /// <param name="count">Number of values of the content.</param>
    /// <param name="nonFinite">How many of them were NaN or infinite.</param>
    /// <param name="isConstant">Whether all of them are the same number.</param>
    /// <exception cref="ArgumentException">The values are not as many as the configuration has dimensions.</exception>
    public static Sketch FromValues(SketchConfig config, float[] values, double norm, long count, long nonFinite, bool isConstant)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(values);
        return values.Length == config.Dimension
            ? new Sketch(config, values, norm, count, nonFinite, isConstant)
            : throw new ArgumentException($"A sketch of '{config}' has {config.Dimension} values, not {values.Length}.", nameof(values));
    }

    /// <summary>
    /// The estimate of the cosine c between both contents, -1 to 1; 0 where either sketch is zero. Its standard deviation is about
    /// (1 - c²) / sqrt(D).
    /// </summary>
    /// <exception cref="ArgumentException">The sketches have different configurations.</exception>
    public float Cosine(Sketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Config == other.Config
            ? Math.Clamp(SketchMath.Dot(Values.Span, other.Values.Span), -1f, 1f)
            : throw new ArgumentException($"Sketches of '{Config}' and '{other.Config}' cannot be compared.", nameof(other));
    }
}
