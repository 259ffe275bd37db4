namespace Hartonomous;

/// <summary>Values of a tensor as float32, whatever it is stored as.</summary>
public sealed class HartTensorData
{
    /// <summary>The model: its path, or its name in the store.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>How the values are stored: <c>F32</c>, <c>BF16</c>, <c>Q4_K</c>, ...</summary>
    public required string Dtype { get; init; }

    /// <summary>Dimensions of the whole tensor, row-major, outermost first; empty for a scalar.</summary>
    public required long[] Shape { get; init; }

    /// <summary>Which value of the tensor, counted row-major, is the first of <see cref="Values"/>.</summary>
    public required long Start { get; init; }

    /// <summary>The values, row-major.</summary>
    public required float[] Values { get; init; }

    /// <summary>Number of values here.</summary>
    public int Count => Values.Length;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
