using Hartonomous.Core.Spatial.Indexes;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>Some of the sketches of a catalog.</summary>
internal sealed class SketchSelection(ISketchSource all, int[] ordinals) : ISketchSource
{
    /// <inheritdoc/>
    public int Count => ordinals.Length;

    /// <inheritdoc/>
    public int Dimension => all.Dimension;

    /// <inheritdoc/>
    public int Batch => all.Batch;

    /// <inheritdoc/>
    public void Expect(ReadOnlySpan<int> expected)
    {
        int[] places = new int[expected.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = ordinals[expected[i]];
        }

        all.Expect(places);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Read(int ordinal, Span<float> buffer) => all.Read(ordinals[ordinal], buffer);
}
