using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A content that lacks sketches, as one of its tensors describes it.</summary>
/// <param name="AtomId">Key of the atom.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Dtype">How its values are stored.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Tensor">A tensor that has it, for messages: the model, then its name.</param>
/// <param name="ModelId">The model of that tensor.</param>
/// <param name="RowsDone">Rows whose sketches are stored already, from the first on; 0 where the whole content is meant.</param>
public sealed record PendingAtom(
    long AtomId, ContentHash Hash, TensorDtype Dtype, TensorShape Shape, long SizeBytes, (string Model, string Name) Tensor, long ModelId, long RowsDone);
