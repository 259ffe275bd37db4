using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// The factors that stand for tensors of a store's models, as far as its handle's tenant owns them. A tensor put together from its factors is
/// an atom like any other: it has a hash, can be opened, referred to and verified, but takes no space beside its factors.
/// </summary>
public interface IFactorStore
{
    /// <summary>Stores the factors of a tensor, in place of any it has.</summary>
    /// <param name="tensorAtomId">The tensor, <see cref="StoredTensor.TensorAtomId"/>.</param>
    /// <param name="factors">The factors, and what is known of them.</param>
    /// <exception cref="StoreException">
    /// There is no such tensor (<c>TENSOR_NOT_FOUND</c>), the base is gone (<c>CONTENT_REMOVED</c>), or the tenant would have more than its quota
    /// (<c>QUOTA_ATOMS</c>, <c>QUOTA_BYTES</c>).
    /// </exception>
    void Put(long tensorAtomId, TensorFactors factors);

    /// <summary>The tensors of a model that have factors, in the order of its files.</summary>
    IReadOnlyList<StoredFactors> List(long modelId);

    /// <summary>
    /// Stores a model whose tensors and files refer to contents that are stored, among them tensors that come from factors. With
    /// <see cref="IngestedModel.Replaces"/> it takes the place of another model, which goes with all that nothing else refers to.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="headers">Contents its files need that may not be stored yet.</param>
    /// <param name="rebuilt">What to record of the tensors that come from factors: their number in the model, and what <see cref="List"/> said of them.</param>
    /// <returns>The model's key.</returns>
    /// <exception cref="StoreException">
    /// A model of that name is stored (<c>MODEL_EXISTS</c>), a content is gone (<c>CONTENT_REMOVED</c>), or the tenant would have more than its
    /// quota (<c>QUOTA_ATOMS</c>, <c>QUOTA_BYTES</c>).
    /// </exception>
    long Record(IngestedModel model, IReadOnlyDictionary<ContentHash, byte[]> headers, IReadOnlyDictionary<int, StoredFactors> rebuilt);
}
