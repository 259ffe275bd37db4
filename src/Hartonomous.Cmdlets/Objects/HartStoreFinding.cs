namespace Hartonomous;

/// <summary>Something that is wrong with a store.</summary>
public sealed class HartStoreFinding
{
    /// <summary>Stable code (<c>ATOM_CONTENT</c>).</summary>
    public required string Code { get; init; }

    /// <summary>What it is about: an atom's hash, a model's name, a pack file.</summary>
    public required string Object { get; init; }

    /// <summary>What was found and what was expected.</summary>
    public required string Detail { get; init; }
}
