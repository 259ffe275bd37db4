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
    string ModelName, string SourcePath, ContentHash SourceFingerprint, int BlockBytes, int TensorCount, long SizeBytes);
