namespace Hartonomous;

/// <summary>A tensor of a model file: what it holds and where its bytes lie. Piped to <c>Import-HartModel</c>, it is stored.</summary>
public sealed class HartTensorInfo
{
    /// <summary>The name the file gives the tensor.</summary>
    public required string Name { get; init; }

    /// <summary>Dimensions, row-major, outermost first, in every format; empty for a scalar.</summary>
    public required long[] Shape { get; init; }

    /// <summary>How the values are stored: <c>F32</c>, <c>BF16</c>, <c>Q4_K</c>, ...</summary>
    public required string Dtype { get; init; }

    /// <summary>The block quantization, or <c>None</c>.</summary>
    public required string Quantization { get; init; }

    /// <summary>The kind of layer the tensor belongs to, found from its name.</summary>
    public required HartLayerType LayerType { get; init; }

    /// <summary>Number of the layer, where there is one.</summary>
    public int? LayerIndex { get; init; }

    /// <summary>Number of values.</summary>
    public required long ElementCount { get; init; }

    /// <summary>Length of the content in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Path of the file that holds it, relative to the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>Where its bytes begin in that file.</summary>
    public required long Offset { get; init; }

    /// <summary>SHA-256 of its content, 64 hexadecimal digits; null unless asked for.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Full path of the model: the file, the first shard, or the folder.</summary>
    public required string ModelPath { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
