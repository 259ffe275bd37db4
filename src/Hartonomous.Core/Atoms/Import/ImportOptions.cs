using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>How a model is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>Size of a block atom where nothing else is asked for: 1 MiB.</summary>
    public const int DefaultBlockBytes = 1 << 20;

    /// <summary>Name the model gets; its location's name where null.</summary>
    public string? Name { get; init; }

    /// <summary>Whether a different model of that name is replaced. Without it, the import ends in <c>MODEL_EXISTS</c>.</summary>
    public bool Replace { get; init; }

    /// <summary>Into what tensors are cut.</summary>
    public Granularity Granularity { get; init; } = Granularity.Block;

    /// <summary>
    /// Whether tensors are referred to where they lie, in the model's own files, instead of being copied. What lies between tensors, and
    /// tensors that a file does not hold as they are (compressed, strided, big-endian), are copied all the same.
    /// </summary>
    public bool InPlace { get; init; }

    /// <summary>Size of a block atom at most.</summary>
    public int BlockBytes { get; init; } = DefaultBlockBytes;

    /// <summary>A chunk is committed once it has so many payload bytes.</summary>
    public long CommitBytes { get; init; } = 256L << 20;

    /// <summary>A chunk is committed once it has so many atoms.</summary>
    public int CommitAtoms { get; init; } = 10_000;

    /// <summary>
    /// The model that the imported one is a selection of tensors of, so that the job can be resumed from its files; null where the model is
    /// imported as it is.
    /// </summary>
    public ModelSource? SelectedFrom { get; init; }

    /// <summary>The tensors of the model that were pruned: their content is zeros.</summary>
    internal IReadOnlyList<PrunedTensor> Pruned { get; init; } = [];

    /// <summary>Key of the job to take up; null where any unfinished job of an equal request will do, or a new one.</summary>
    public long? JobId { get; init; }
}
