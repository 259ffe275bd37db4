using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>A tensor as a view of a storage.</summary>
/// <param name="Part">The storage, or the part of it.</param>
/// <param name="Dtype">Its values.</param>
/// <param name="Offset">Where its first value stands in the part, in values.</param>
/// <param name="Size">Its dimensions, outermost first.</param>
/// <param name="Stride">For each dimension how many values lie between neighbours along it.</param>
internal sealed record PyTorchView(PyTorchStorageView Part, TensorDtype Dtype, long Offset, long[] Size, long[] Stride);
