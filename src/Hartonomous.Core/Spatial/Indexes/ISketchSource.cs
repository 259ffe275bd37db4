namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// The sketches an index is about, by ordinal: in memory, or read from a store when they are asked for. Several threads may read at once.
/// </summary>
public interface ISketchSource
{
    /// <summary>Number of sketches.</summary>
    int Count { get; }

    /// <summary>Values of a sketch.</summary>
    int Dimension { get; }

    /// <summary>A sketch: of length 1, or all zeros.</summary>
    /// <param name="ordinal">0 to <see cref="Count"/> - 1.</param>
    /// <param name="buffer">Room for <see cref="Dimension"/> values, for sources that have none in memory.</param>
    /// <returns>The values, in the buffer or elsewhere.</returns>
    ReadOnlySpan<float> Read(int ordinal, Span<float> buffer);
}
