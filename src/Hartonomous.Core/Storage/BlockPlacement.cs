using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// A coefficient: where a block atom sits in a tensor. X counts values within the innermost dimension, Y rows within the next, Z the
/// remaining dimensions flattened.
/// </summary>
/// <param name="Ordinal">Number of the block in its tensor, from 0.</param>
/// <param name="Block">The block atom.</param>
/// <param name="ByteOffset">Where the block begins in the tensor's content.</param>
/// <param name="Length">Length of the block in bytes.</param>
/// <param name="X">First value's place in the innermost dimension.</param>
/// <param name="Y">First value's place in the dimension before it.</param>
/// <param name="Z">First value's place in all outer dimensions, flattened.</param>
public sealed record BlockPlacement(int Ordinal, ContentHash Block, long ByteOffset, long Length, long X, long Y, long Z);
