namespace Hartonomous.Core.Atoms.Import;

/// <summary>A job that a worker worked on.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Result">What was imported; null where it failed.</param>
/// <param name="Error">What ended it, where it failed.</param>
public sealed record WorkedJob(long JobId, ImportResult? Result, Exception? Error);
