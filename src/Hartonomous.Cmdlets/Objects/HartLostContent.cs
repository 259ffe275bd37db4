namespace Hartonomous;

/// <summary>A content that a store lost. An import that has it heals it.</summary>
public sealed class HartLostContent
{
    /// <summary>SHA-256 of the content, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its length.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What was found.</summary>
    public required string Reason { get; init; }

    /// <summary>The models that need it.</summary>
    public required string[] Models { get; init; }

    /// <summary>The tensors that need it, as <c>model: tensor</c>.</summary>
    public required string[] Tensors { get; init; }
}
