namespace Hartonomous;

/// <summary>A tensor that was put together from its factors.</summary>
public sealed class HartExpandedTensor
{
    /// <summary>The model that has the factors.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its encoding.</summary>
    public required string Dtype { get; init; }

    /// <summary>Rank of the factors.</summary>
    public required int Rank { get; init; }

    /// <summary>Relative Frobenius error of the factors.</summary>
    public required double RelativeError { get; init; }

    /// <summary>Relative Frobenius error of the tensor beside the original.</summary>
    public required double TensorError { get; init; }

    /// <summary>Length of its content in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of its content, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Full path of the file that was written; null where a model was stored.</summary>
    public string? Path { get; init; }

    /// <summary>Name of the model that was stored; null where a file was written.</summary>
    public string? NewModel { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
