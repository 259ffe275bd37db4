namespace Hartonomous;

/// <summary>What a comparison of two models found.</summary>
public sealed class HartModelComparison
{
    /// <summary>The model that was compared with.</summary>
    public required string Reference { get; init; }

    /// <summary>The model that was compared.</summary>
    public required string Difference { get; init; }

    /// <summary>How the second relates to the first.</summary>
    public required HartModelVerdict Verdict { get; init; }

    /// <summary>The verdict and its reasons in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Tensors with the same name and bytes.</summary>
    public required int Identical { get; init; }

    /// <summary>Tensors with the same values under another name.</summary>
    public required int Renamed { get; init; }

    /// <summary>Tensors in another encoding.</summary>
    public required int DtypeChanged { get; init; }

    /// <summary>Tensors with other values.</summary>
    public required int ValueChanged { get; init; }

    /// <summary>Tensors of another shape.</summary>
    public required int Reshaped { get; init; }

    /// <summary>Tensors that only the second model has.</summary>
    public required int Added { get; init; }

    /// <summary>Tensors that only the first model has.</summary>
    public required int Removed { get; init; }

    /// <summary>All tensors.</summary>
    public required HartTensorComparison[] Tensors { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Reference} and {Difference}: {Verdict}";
}
