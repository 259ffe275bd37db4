namespace Hartonomous.Core.Storage;

/// <summary>Who needs the content of a tensor.</summary>
/// <param name="TensorAtomId">Key of the tensor.</param>
/// <param name="OtherReferences">
/// References to the content from outside its model: from other models, tenants and unfinished jobs, and from tensors it is a block of.
/// </param>
/// <param name="TensorsOfModel">Tensors of the model that have the content, this one among them.</param>
public sealed record TensorUse(long TensorAtomId, long OtherReferences, long TensorsOfModel);
