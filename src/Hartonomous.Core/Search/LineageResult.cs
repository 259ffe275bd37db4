using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>Where a model comes from, as far as a store knows.</summary>
/// <param name="Model">The model.</param>
/// <param name="Verdict">The strongest verdict among its relatives; <see cref="LineageVerdict.Unrelated"/> where there is none.</param>
/// <param name="Relatives">The models it shares or resembles most, the closest first; the parents of a merge before all others.</param>
/// <param name="MergeExplained">For a merge, the share of the model's values in tensors that are a mixture of the parents'.</param>
/// <param name="Pending">Contents of other models that have no sketch yet, and so could not be found by resemblance.</param>
public sealed record LineageResult(
    StoredModel Model, LineageVerdict Verdict, IReadOnlyList<ModelRelative> Relatives, double? MergeExplained, long Pending);
