namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>A run of a file's bytes: a tensor's content, or what lies between tensors.</summary>
/// <param name="Offset">Where the run begins.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="TensorNumber">Number of the tensor in its model, or -1 for literal bytes.</param>
internal readonly record struct LayoutSegment(long Offset, long Length, int TensorNumber);
