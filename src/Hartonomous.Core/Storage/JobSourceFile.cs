namespace Hartonomous.Core.Storage;

/// <summary>A file that a job reads, as it was when the job began.</summary>
/// <param name="Path">Full path.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="LastWriteTimeUtc">When it was last written, UTC.</param>
public sealed record JobSourceFile(string Path, long SizeBytes, DateTime LastWriteTimeUtc);
