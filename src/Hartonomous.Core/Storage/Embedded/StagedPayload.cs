namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A payload that lies in a pack and waits for the commit that indexes it. An empty content has no frame: its offset is -1.</summary>
internal readonly record struct StagedPayload(long PackId, long PackOffset, long SizeBytes);
