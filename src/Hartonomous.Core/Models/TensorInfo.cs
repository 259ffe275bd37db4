namespace Hartonomous.Core.Models;

/// <summary>A named array in a model: what it holds and where its bytes lie.</summary>
public sealed record TensorInfo
{
    /// <summary>The name the file gives the tensor, unchanged.</summary>
    public required string Name { get; init; }

    /// <summary>Dimensions, row-major, outermost first, in every format.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>How the values are stored.</summary>
    public required TensorDtype Dtype { get; init; }

    /// <summary>The block quantization of the values; <see cref="QuantizationType.None"/> for plain numbers.</summary>
    public QuantizationType Quantization => Dtype.Quantization();

    /// <summary>Path of the file that holds the bytes, relative to the model's folder, with <c>/</c> between its parts.</summary>
    public required string File { get; init; }

    /// <summary>Where the bytes begin in <see cref="File"/>.</summary>
    public required long Offset { get; init; }

    /// <summary>Length of the row-major little-endian content in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>
    /// Whether the file holds the content in one run of <see cref="SizeBytes"/> bytes at <see cref="Offset"/>, in
    /// <see cref="ByteOrder"/>. Strided, compressed and chunked tensors are not contiguous; their reader puts them together.
    /// </summary>
    public bool IsContiguous { get; init; } = true;

    /// <summary>Byte order of the numbers in the file. The content is little-endian whatever the file's order is.</summary>
    public ByteOrder ByteOrder { get; init; }

    /// <summary>The kind of layer the tensor belongs to, found from its name.</summary>
    public LayerType LayerType { get; init; }

    /// <summary>Number of the layer or block the tensor belongs to, or null outside any.</summary>
    public int? LayerIndex { get; init; }

    /// <summary>The part of a diffusion pipeline the tensor belongs to; null where the model is none or the name does not tell.</summary>
    public DiffusionComponent? Component { get; init; }

    /// <summary>SHA-256 of the content, once it has been computed.</summary>
    public ContentHash? Sha256 { get; init; }
}
