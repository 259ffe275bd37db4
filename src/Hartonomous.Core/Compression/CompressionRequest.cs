using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>What is to be compressed.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tensors">Tensors of it.</param>
/// <param name="Options">How.</param>
public sealed record CompressionRequest(StoredModel Model, IReadOnlyList<StoredTensor> Tensors, CompressionOptions Options)
{
    /// <summary>The model whose tensors of the same names are taken away first; null for none.</summary>
    public StoredModel? Against { get; init; }

    /// <summary>Whether the model is to keep only the factors of the tensors that are compressed.</summary>
    public bool DropOriginals { get; init; }

    /// <summary>Whether all is computed and nothing stored.</summary>
    public bool IsTrial { get; init; }
}
