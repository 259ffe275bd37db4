using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>What the pipeline found out about a file whose content is now stored.</summary>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Segments">Its recipe.</param>
/// <param name="TensorHashes">SHA-256 of its tensors, by their number in the model.</param>
/// <param name="ReusedAtoms">Pieces that the store had already.</param>
internal sealed record FileOutcome(
    ContentHash Sha256, IReadOnlyList<RecipeSegment> Segments, IReadOnlyDictionary<int, ContentHash> TensorHashes, long ReusedAtoms);
