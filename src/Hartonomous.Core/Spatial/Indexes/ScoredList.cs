namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// The highest scores of a stream. Takes twice as many as are wanted before it throws out the lower half, so that an addition costs little.
/// Of equal scores those with the lower ordinals stay.
/// </summary>
/// <param name="wanted">How many are wanted.</param>
internal sealed class ScoredList(int wanted)
{
    // Score in the upper half, ordinal inverted in the lower: one comparison orders both.
    private readonly long[] _items = new long[2 * wanted];
    private int _count;

    /// <summary>Only scores above this can be among the highest. Ordinals come in ascending order, so equal scores cannot.</summary>
    public ushort Threshold { get; private set; }

    /// <summary>Takes a score above <see cref="Threshold"/>.</summary>
    public void Add(ushort score, int ordinal)
    {
        _items[_count++] = ((long)score << 32) | (uint)~ordinal;
        if (_count == _items.Length)
        {
            Shrink();
        }
    }

    /// <summary>The highest scores, highest first.</summary>
    public (int Score, int Ordinal)[] Ranked()
    {
        Array.Sort(_items, 0, _count);
        (int Score, int Ordinal)[] ranked = new (int, int)[Math.Min(_count, wanted)];
        for (int i = 0; i < ranked.Length; i++)
        {
            long item = _items[_count - 1 - i];
            ranked[i] = ((int)(item >> 32), (int)~(uint)item);
        }

        return ranked;
    }

    private void Shrink()
    {
        Array.Sort(_items, 0, _count);
        Array.Copy(_items, _count - wanted, _items, 0, wanted);
        _count = wanted;
        Threshold = (ushort)(_items[0] >> 32);
    }
}
