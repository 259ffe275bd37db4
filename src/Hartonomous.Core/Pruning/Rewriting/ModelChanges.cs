using Hartonomous.Core.Models;

namespace Hartonomous.Core.Pruning.Rewriting;

/// <summary>How a model differs from the stored one that it is made of.</summary>
internal sealed record ModelChanges
{
    /// <summary>Tensors with another content, by name.</summary>
    public IReadOnlyDictionary<string, TensorChange> Changed { get; init; } = new Dictionary<string, TensorChange>();

    /// <summary>Names of tensors that are left out.</summary>
    public IReadOnlySet<string> Omitted { get; init; } = new HashSet<string>();

    /// <summary>Entries that the files' metadata get, in the place of entries of the same keys.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Identifies the changes: equal for equal ones alone.</summary>
    public required ContentHash Digest { get; init; }
}
