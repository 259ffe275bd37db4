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

    /// <summary>How many sketches it pays to announce at a time by <see cref="Expect"/>; 1 where they are at hand.</summary>
    int Batch => 1;

    /// <summary>Announces what is about to be read, for sources that fetch several sketches as fast as one.</summary>
    /// <param name="ordinals">At most <see cref="Batch"/> ordinals.</param>
    void Expect(ReadOnlySpan<int> ordinals)
    {
    }

    /// <summary>A sketch: of length 1, or all zeros.</summary>
    /// <param name="ordinal">0 to <see cref="Count"/> - 1.</param>
    /// <param name="buffer">Room for <see cref="Dimension"/> values, for sources that have none in memory.</param>
    /// <returns>The values, in the buffer or elsewhere.</returns>
    ReadOnlySpan<float> Read(int ordinal, Span<float> buffer);
}
