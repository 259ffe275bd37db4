using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A file of a stored model.</summary>
/// <param name="Path">Path relative to the model's folder, with <c>/</c> between its parts.</param>
/// <param name="RecipeId">Key of the recipe that gives the file's bytes.</param>
/// <param name="SizeBytes">Length of the file.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
public sealed record StoredFile(string Path, long RecipeId, long SizeBytes, ContentHash Sha256);
