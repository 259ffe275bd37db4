namespace Hartonomous;

/// <summary>A stored tensor that resembles another.</summary>
public sealed class HartSimilarTensor
{
    /// <summary>Key of the tensor in its store.</summary>
    public required long TensorAtomId { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tenant that owns the model.</summary>
    public required string Tenant { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>Dimensions, row-major, outermost first; empty for a scalar.</summary>
    public required long[] Shape { get; init; }

    /// <summary>How the values are stored.</summary>
    public required string Dtype { get; init; }

    /// <summary>The kind of layer the tensor belongs to.</summary>
    public required HartLayerType LayerType { get; init; }

    /// <summary>Number of the layer, where there is one.</summary>
    public int? LayerIndex { get; init; }

    /// <summary>Distance of the spatial keys, in units of the box.</summary>
    public required double Distance { get; init; }

    /// <summary>Cosine of the sketches, -1 to 1.</summary>
    public required double Similarity { get; init; }

    /// <summary>Cosine of the weights, where it was asked for.</summary>
    public double? WeightSimilarity { get; init; }

    /// <summary>Whether both have the same bytes.</summary>
    public required bool IsIdentical { get; init; }

    /// <summary>The first row of the part that was found; null for a whole tensor.</summary>
    public long? FirstRow { get; init; }

    /// <summary>Number of its rows.</summary>
    public long? RowCount { get; init; }

    /// <summary>SHA-256 of the tensor's content.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The model of the tensor that was searched for.</summary>
    public required string SearchedModel { get; init; }

    /// <summary>The name of the tensor that was searched for.</summary>
    public required string SearchedName { get; init; }

    /// <summary>Where candidates came from.</summary>
    public required HartIndexStrategy Strategy { get; init; }

    /// <summary>How many sketches were compared.</summary>
    public required int Candidates { get; init; }

    /// <summary>Whether the answer this belongs to is proven to be complete.</summary>
    public required bool IsCertain { get; init; }

    /// <summary><c>Certain</c>, <c>Likely</c> or <c>StoppedEarly</c>.</summary>
    public required string Certainty { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Model}: {Name}";
}
