using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage;

/// <summary>
/// The sketches and spatial keys of a store. They belong to contents, so they are shared below tenants; what is found through them is the
/// handle's tenant's only. Methods may be called from several threads and processes at once.
/// </summary>
public interface ISpatialStore
{
    /// <summary>The spaces that there are keys of, in the order of their making.</summary>
    /// <param name="withCounts">Whether keys are counted, which goes through all of them.</param>
    IReadOnlyList<StoredSpace> ListSpaces(bool withCounts = false);

    /// <summary>
    /// Contents of the tenant's tensors that can be decoded and lack sketches at a level, ordered by their key; at the levels of parts, those
    /// whose last row has none, each shape for itself.
    /// </summary>
    /// <param name="sketch">How the sketches are made.</param>
    /// <param name="level">What of a content they stand for.</param>
    /// <param name="modelIds">Only contents of these models; null for all.</param>
    /// <param name="after">Where the last call ended; null for the beginning.</param>
    /// <param name="limit">How many at most.</param>
    IReadOnlyList<PendingAtom> ListPending(
        SketchConfig sketch, SpatialLevel level, IReadOnlyCollection<long>? modelIds, PendingAtom? after, int limit);

    /// <summary>Number and bytes of the contents that <see cref="ListPending"/> would list.</summary>
    (long Atoms, long Bytes) CountPending(SketchConfig sketch, SpatialLevel level, IReadOnlyCollection<long>? modelIds);

    /// <summary>Stored sketches that have no key in a space, at any level, ordered by their number.</summary>
    /// <param name="space">The space.</param>
    /// <param name="after">Number of the last one that was listed; 0 for the beginning.</param>
    /// <param name="limit">How many at most.</param>
    IReadOnlyList<(long EmbeddingId, Sketch Sketch)> ListUnprojected(SpatialSpace space, long after, int limit);

    /// <summary>Stores sketches with their keys, all of them or none. What is stored already stays as it is.</summary>
    void Write(SpatialSpace space, IReadOnlyList<SpatialEntry> entries);

    /// <summary>Stores keys of stored sketches, all of them or none.</summary>
    void WriteKeys(SpatialSpace space, IReadOnlyList<(long EmbeddingId, SpatialPoint Point)> keys);

    /// <summary>Says that so many keys are about to be written: where that is much, indexes are given up until <see cref="BuildIndexes"/>.</summary>
    void BeginBulk(long keys);

    /// <summary>Brings the indexes up to date. Can be interrupted; searches are right at every time, only slower before.</summary>
    /// <param name="advance">Told how many keys were indexed.</param>
    /// <param name="cancellation">Ends it after the current step.</param>
    void BuildIndexes(Action<long>? advance = null, CancellationToken cancellation = default);

    /// <summary>The stored sketch of a content or of rows of it; null where there is none.</summary>
    /// <exception cref="StoreException">The tenant has no such content (<c>STORE_CORRUPT</c>).</exception>
    Sketch? FindSketch(SketchConfig sketch, SpatialLevel level, ContentHash hash, TensorDtype dtype, SpatialRows rows);

    /// <summary>The nearest of the tenant's tensors, or of their parts.</summary>
    /// <exception cref="ArgumentException">The sketch is of another making than the space.</exception>
    /// <exception cref="StoreException">There are no keys of the space (<c>SPATIAL_NO_KEYS</c>).</exception>
    SpatialAnswer Search(SpatialSpace space, SpatialLevel level, SpatialSearch search);

    /// <summary>The sketches of the tenant's tensors, or of their parts, each content once.</summary>
    /// <exception cref="StoreException">There are no keys of the space (<c>SPATIAL_NO_KEYS</c>).</exception>
    ISketchSource OpenSketches(SpatialSpace space, SpatialLevel level, SpatialFilter filter);

    /// <summary>The tenant's tensors whose content is one of a model's, without the model's own.</summary>
    /// <returns>The key of the model's tensor, and the other tensor.</returns>
    IReadOnlyList<(long TensorAtomId, SpatialHit Twin)> ListTwins(long modelId);

    /// <summary>A tensor of the tenant's by its key, or the first one with a content; null where there is none.</summary>
    SpatialHit? FindTensor(long? tensorAtomId, ContentHash? hash);
}
