using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>Gathers the rows of a <see cref="SketchCatalog"/> as a database gives them, by ascending key.</summary>
/// <param name="dimension">Values of a sketch.</param>
internal sealed class SketchCatalogRows(int dimension)
{
    private const int Growth = 1 << 16;

    public List<long> EmbeddingIds { get; } = [];

    public List<long> AtomIds { get; } = [];

    public List<SpatialPoint> Points { get; } = [];

    public List<bool> IsZero { get; } = [];

    public List<double> Norms { get; } = [];

    public List<long> ValueCounts { get; } = [];

    public List<bool> IsConstant { get; } = [];

    public SignaturePages Signatures { get; } = new(new RandomRotation(dimension).Length);

    /// <summary>Adds a row.</summary>
    /// <param name="embeddingId">Key of the sketch.</param>
    /// <param name="atomId">Its atom.</param>
    /// <param name="point">Its spatial key.</param>
    /// <param name="norm">Norm of what it stands for.</param>
    /// <param name="valueCount">Values of that.</param>
    /// <param name="isConstant">Whether these are all one number.</param>
    /// <param name="signature">A bit a dimension; empty where the sketch is zero.</param>
    public void Add(long embeddingId, long atomId, SpatialPoint point, double norm, long valueCount, bool isConstant, ReadOnlySpan<byte> signature)
    {
        int ordinal = EmbeddingIds.Count;
        EmbeddingIds.Add(embeddingId);
        AtomIds.Add(atomId);
        Points.Add(point);
        Norms.Add(norm);
        ValueCounts.Add(valueCount);
        IsConstant.Add(isConstant);
        bool isZero = signature.Length != Signatures.Columns;
        IsZero.Add(isZero);
        if (ordinal % Growth == 0)
        {
            Signatures.Reserve(ordinal + (long)Growth);
        }

        if (!isZero)
        {
            Signatures.Set(ordinal, signature);
        }
    }
}
