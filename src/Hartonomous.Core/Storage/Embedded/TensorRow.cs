using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A row of TensorAtoms as it is read.</summary>
internal record TensorRow
{
    public required long TensorAtomId { get; init; }

    public required string Model { get; init; }

    public required string Name { get; init; }

    public required string Dtype { get; init; }

    public required string Shape { get; init; }

    public required long SizeBytes { get; init; }

    public required string FilePath { get; init; }

    public required long FileOffset { get; init; }

    public required bool IsContiguous { get; init; }

    public required bool IsBigEndian { get; init; }

    public required string LayerType { get; init; }

    public int? LayerIndex { get; init; }

    public string? Component { get; init; }

    public required ContentHash Hash { get; init; }

    public required DateTime LastAccessedAt { get; init; }

    public byte[]? PrunedFrom { get; init; }

    public StoredTensor ToTensor() => new()
    {
        TensorAtomId = TensorAtomId,
        Model = Model,
        LastAccessedAtUtc = LastAccessedAt,
        PrunedFrom = PrunedFrom is null ? null : new ContentHash(PrunedFrom),
        Info = new TensorInfo
        {
            Name = Name,
            Shape = TensorShape.Parse(Shape),
            Dtype = Enum.Parse<TensorDtype>(Dtype),
            File = FilePath,
            Offset = FileOffset,
            SizeBytes = SizeBytes,
            IsContiguous = IsContiguous,
            ByteOrder = IsBigEndian ? ByteOrder.Big : ByteOrder.Little,
            LayerType = Enum.Parse<LayerType>(LayerType),
            LayerIndex = LayerIndex,
            Component = Component is null ? null : Enum.Parse<DiffusionComponent>(Component),
            Sha256 = Hash,
        },
    };
}
