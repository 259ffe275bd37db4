namespace Hartonomous.Core.Storage;

/// <summary>Something that is wrong with a store.</summary>
/// <param name="Code">Stable code; all are in <see cref="VerifyFindingCodes"/>.</param>
/// <param name="Object">What it is about: an atom's hash, a model's name, a pack file.</param>
/// <param name="Detail">What was found and what was expected.</param>
public sealed record VerifyFinding(string Code, string Object, string Detail);
