namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Sketches in memory, in as many arrays as they need: one array may have at most 2^31 values.</summary>
public sealed class SketchArray : ISketchSource
{
    private const int ValuesPerPage = 1 << 24;
    private readonly float[][] _pages;
    private readonly int _perPage;

    /// <summary>Room for sketches, all zero at first.</summary>
    public SketchArray(int count, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Count = count;
        Dimension = dimension;
        _perPage = Math.Max(1, ValuesPerPage / dimension);
        _pages = new float[(count + _perPage - 1) / _perPage][];
        for (int page = 0; page < _pages.Length; page++)
        {
            _pages[page] = new float[Math.Min(_perPage, count - (page * _perPage)) * dimension];
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <summary>A sketch, to be read or written.</summary>
    public Span<float> this[int ordinal]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)Count, nameof(ordinal));
            return _pages[ordinal / _perPage].AsSpan(ordinal % _perPage * Dimension, Dimension);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Read(int ordinal, Span<float> buffer) => this[ordinal];
}
