using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A file whose content is in the store.</summary>
/// <param name="Path">Path relative to the model's folder.</param>
/// <param name="SizeBytes">Length.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Fingerprint">Digest of a sample of the file, to find likely twins without reading it whole.</param>
/// <param name="Segments">The recipe; null where the store has a recipe of this SHA-256 already.</param>
public sealed record IngestedFile(
    string Path, long SizeBytes, ContentHash Sha256, ContentHash Fingerprint, IReadOnlyList<RecipeSegment>? Segments);
