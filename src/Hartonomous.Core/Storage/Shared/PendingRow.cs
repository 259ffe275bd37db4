using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>A content that lacks sketches, as it is read.</summary>
internal sealed record PendingRow
{
    public required long AtomId { get; init; }

    public required ContentHash Hash { get; init; }

    public required string Dtype { get; init; }

    public required string Shape { get; init; }

    public required long SizeBytes { get; init; }

    public required string Model { get; init; }

    public required string Name { get; init; }

    public required long ModelId { get; init; }

    public PendingAtom ToAtom() =>
        new(AtomId, Hash, Enum.Parse<TensorDtype>(Dtype), TensorShape.Parse(Shape), SizeBytes, (Model, Name), ModelId, 0);
}
