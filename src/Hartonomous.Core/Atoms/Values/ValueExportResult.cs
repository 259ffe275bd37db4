using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>A file of decoded values that was written.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="Kind">What kind of file it is.</param>
/// <param name="Tensors">Name, stored encoding, and shape in the file of each tensor, in the order of the file.</param>
/// <param name="SizeBytes">Length of the file.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ValueExportResult(
    string Model,
    string Path,
    ValueFileKind Kind,
    IReadOnlyList<(string Name, TensorDtype Dtype, TensorShape Shape)> Tensors,
    long SizeBytes,
    double Seconds);
