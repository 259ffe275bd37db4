namespace Hartonomous.Core.Storage;

/// <summary>A file outside a store that holds contents of stored models.</summary>
/// <param name="Path">Full path.</param>
/// <param name="SizeBytes">Length when it was imported.</param>
/// <param name="LastWriteTimeUtc">When it had last been written to when it was imported.</param>
public sealed record SourceFile(string Path, long SizeBytes, DateTime LastWriteTimeUtc);
