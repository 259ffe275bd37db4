using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A block of an atom: which content it is and where it lies in the atom's.</summary>
/// <param name="Hash">SHA-256 of the block.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct AtomBlock(ContentHash Hash, long Offset, long Length);
