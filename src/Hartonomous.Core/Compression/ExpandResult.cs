using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>A file of tensors put together from their factors.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Path">Full path of the file; null where a stored model was made.</param>
/// <param name="NewModel">Name of the stored model that was made; null where a file was written.</param>
/// <param name="Tensors">The tensors.</param>
/// <param name="SizeBytes">Length of the file; of all files of the model.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ExpandResult(
    string Model, string? Path, string? NewModel, IReadOnlyList<StoredFactors> Tensors, long SizeBytes, double Seconds);
