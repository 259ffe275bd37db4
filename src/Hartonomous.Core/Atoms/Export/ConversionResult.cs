using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>A file that a stored model was converted to.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Dtype">The encoding that was asked for.</param>
/// <param name="File">The file, with its SHA-256.</param>
/// <param name="Format">What kind of file it is.</param>
/// <param name="Tensors">Name, stored encoding, and encoding in the file of each tensor, in the order of the file.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ConversionResult(
    string Model,
    TensorDtype Dtype,
    ExportedFile File,
    ModelFormat Format,
    IReadOnlyList<(string Name, TensorDtype Stored, TensorDtype Written)> Tensors,
    double Seconds);
