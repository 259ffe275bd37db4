namespace Hartonomous.Core.Storage;

/// <summary>What comes free when a tensor gives its content up.</summary>
/// <param name="TensorAtomId">Key of the tensor.</param>
/// <param name="Atoms">Payloads that nothing refers to any more then.</param>
/// <param name="Bytes">Their bytes, which an optimization gives back.</param>
public sealed record PruneEffect(long TensorAtomId, long Atoms, long Bytes);
