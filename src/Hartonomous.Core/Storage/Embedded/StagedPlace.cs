namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A content in a file outside the store that waits for the commit that records where it lies.</summary>
internal readonly record struct StagedPlace(SourceFile File, long Offset, long SizeBytes);
