using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>A stored model that another one shares something with.</summary>
/// <param name="Model">The model.</param>
/// <param name="Verdict">How they relate.</param>
/// <param name="IsDerived">
/// For a quantization, whether the model that is asked about is the coarser one; null for other verdicts, where weights alone do not tell.
/// </param>
/// <param name="Shares">Share of the larger model's values in tensors of each kinship; together 1.</param>
/// <param name="MergeWeight">For a merge, the mean weight of this model in it.</param>
/// <param name="Layers">The evidence, tensor by tensor of the model that is asked about.</param>
public sealed record ModelRelative(
    StoredModel Model,
    LineageVerdict Verdict,
    bool? IsDerived,
    IReadOnlyDictionary<Kinship, double> Shares,
    double? MergeWeight,
    IReadOnlyList<LayerEvidence> Layers);
