using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>What a job is to import; an unfinished job of an equal request is taken up again.</summary>
/// <param name="ModelName">Name the model is to get.</param>
/// <param name="SourcePath">Full path of the source.</param>
/// <param name="SourceFingerprint">Digest of the source's files, their lengths and their times: a changed source begins a new job.</param>
/// <param name="BlockBytes">Size of a block atom at most.</param>
/// <param name="TensorCount">Number of tensors to import.</param>
/// <param name="SizeBytes">Length of all files.</param>
public sealed record IngestRequest(
    string ModelName, string SourcePath, ContentHash SourceFingerprint, int BlockBytes, int TensorCount, long SizeBytes)
{
    /// <summary>Into what tensors are cut.</summary>
    public Granularity Granularity { get; init; } = Granularity.Block;

    /// <summary>Whether a different model of the name is replaced.</summary>
    public bool IsReplacing { get; init; }

    /// <summary>Whether tensors are referred to where they lie instead of being copied.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>The source's files as they are now, to say what changed when the job is resumed.</summary>
    public IReadOnlyList<JobSourceFile> Files { get; init; } = [];

    /// <summary>Names of the tensors, where not all of the source are imported.</summary>
    public IReadOnlyList<string>? Selection { get; init; }

    /// <summary>Key of the job to take up, and no other; null for any of an equal request, or a new one.</summary>
    public long? JobId { get; init; }
}
