using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// A store that keeps scores of tensors and notes when contents were used, so that what is weak or idle can be found and pruned. As of
/// <see cref="IModelStore"/>, a handle shows what its tenant has and nothing else.
/// </summary>
public interface IPruningStore : IModelStore
{
    /// <summary>
    /// Notes that somebody uses a tensor's content. Cheap, and may be called on any thread: notes are gathered in memory and written
    /// together, every quarter of an hour and when the store is closed, and only where the time that is recorded is over an hour old. Policies speak of
    /// days, so an hour is exact enough, and a content is written about once an hour at most however often it is read.
    /// </summary>
    /// <param name="tensor">SHA-256 of the tensor's content; one that is not stored is passed over.</param>
    void NoteAccess(ContentHash tensor);

    /// <summary>Writes what was noted. A store that cannot be written to, or is busy, drops the notes: reading never fails for them.</summary>
    void FlushAccess();

    /// <summary>Stores scores of a model's tensors, each in the place of the tensor's earlier one of the same method.</summary>
    /// <exception cref="StoreException">A tensor is not there, or no longer has the content that was scored (<c>TENSOR_NOT_FOUND</c>).</exception>
    void SaveScores(IReadOnlyList<StoredScore> scores);

    /// <summary>The stored scores of a model, in the order of its tensors and then by method.</summary>
    IReadOnlyList<StoredScore> ListScores(long modelId);

    /// <summary>Who else needs the contents of a model's tensors; in the order of the tensors.</summary>
    IReadOnlyList<TensorUse> ListUses(long modelId);

    /// <summary>
    /// What would come free if some tensors of a model gave their contents up, in the order that they are given: bytes that several of
    /// them share count for the last one. Reads only.
    /// </summary>
    /// <param name="modelId">The model.</param>
    /// <param name="tensorAtomIds">Tensors of it.</param>
    IReadOnlyList<PruneEffect> MeasurePruning(long modelId, IReadOnlyList<long> tensorAtomIds);

    /// <summary>The tensors of a model that were pruned, in the order of the model.</summary>
    IReadOnlyList<PrunedTensor> ListPruned(long modelId);
}
