namespace Hartonomous.Core.Storage;

/// <summary>What of a model lies outside its store.</summary>
/// <param name="Atoms">Distinct contents without a payload.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Files">The files they lie in, by path.</param>
public sealed record InPlaceUse(long Atoms, long Bytes, IReadOnlyList<SourceFile> Files);
