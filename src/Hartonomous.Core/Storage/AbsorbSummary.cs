namespace Hartonomous.Core.Storage;

/// <summary>What copying a model's contents into its store did.</summary>
/// <param name="Atoms">Contents that were copied.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record AbsorbSummary(long Atoms, long Bytes);
