using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>Keeps what comes from factors from being given back as if it were what was imported.</summary>
internal static class ReconstructedTensors
{
    /// <summary>Names of the tensors that a model has from factors.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">The model.</param>
    /// <param name="selects">Which tensors are exported; null for all.</param>
    /// <param name="isAllowed">Whether there may be such.</param>
    /// <exception cref="StoreException">There are, and there may not be (<c>EXPORT_RECONSTRUCTED</c>).</exception>
    public static IReadOnlyList<string> Find(IModelStore store, StoredModel model, Func<string, bool>? selects, bool isAllowed)
    {
        string[] found =
        [
            .. store.Factors.List(model.ModelId)
                .Where(factors => factors.IsDropped && (selects?.Invoke(factors.Tensor) ?? true))
                .Select(factors => factors.Tensor),
        ];
        return found.Length == 0 || isAllowed
            ? found
            : throw new StoreException(
                StoreErrorCodes.Reconstructed,
                model.Name,
                $"{found.Length} of its tensors come from factors, the first of them {ErrorText.Quote(found[0])}: what comes out is not what was imported");
    }
}
