namespace Hartonomous.Core.Storage;

/// <summary>What a job has brought into the store, over all its runs.</summary>
/// <param name="NewAtoms">Atoms with a payload that were not stored before.</param>
/// <param name="NewBytes">Their bytes.</param>
public sealed record IngestTotals(long NewAtoms, long NewBytes);
