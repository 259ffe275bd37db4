using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>A row of a tensor that was found, as it is read.</summary>
internal sealed record HitRow : TensorRow
{
    public long EmbeddingId { get; init; }

    public required long ModelId { get; init; }

    public required string Tenant { get; init; }

    public required long RowLength { get; init; }

    public required long FirstRow { get; init; }

    public required long RowCount { get; init; }

    public long OwnId { get; init; }

    public SpatialHit ToHit(float similarity, double distance, double norm) =>
        new(ToTensor(), Tenant, ModelId, new SpatialRows(RowLength, FirstRow, RowCount), similarity, distance, norm);
}
