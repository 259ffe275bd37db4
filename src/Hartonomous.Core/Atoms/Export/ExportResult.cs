namespace Hartonomous.Core.Atoms.Export;

/// <summary>What an export wrote.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Files">Its files.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ExportResult(string Model, IReadOnlyList<ExportedFile> Files, double Seconds)
{
    /// <summary>Names of the tensors that were pruned; the files are not those that were imported where there are any.</summary>
    public IReadOnlyList<string> PrunedTensors { get; init; } = [];

    /// <summary>What became of them; <see cref="PrunedExport.Refuse"/> where there are none.</summary>
    public PrunedExport PrunedAs { get; init; }

    /// <summary>Names of the tensors that come from factors, and are not those that were imported.</summary>
    public IReadOnlyList<string> Reconstructed { get; init; } = [];
}
