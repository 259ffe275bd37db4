namespace Hartonomous;

/// <summary>What copying a model's contents from files outside into the store did.</summary>
public sealed class HartAbsorbedModel
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Contents that were copied; none where the model lay in the store already.</summary>
    public required long AbsorbedAtoms { get; init; }

    /// <summary>Their bytes.</summary>
    public required long AbsorbedBytes { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Model;
}
