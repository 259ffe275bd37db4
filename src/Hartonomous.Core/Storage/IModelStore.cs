using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// The store's contract. Knows contents by their hash, models by name, and jobs; knows nothing of file formats. Methods may be called
/// from several threads at once, and from several processes on one store.
/// </summary>
/// <remarks>One conformance suite in the tests holds every implementation to it.</remarks>
public interface IModelStore : IDisposable
{
    /// <summary>What a person calls the store: its folder, its server and database.</summary>
    string DisplayName { get; }

    /// <summary>
    /// The tenant whose models and jobs this handle shows, or <see cref="TenantNames.All"/>. No method gives a model, tensor, file or content
    /// that none of the tenant's models has, however it is asked for.
    /// </summary>
    string Tenant { get; }

    /// <summary>The tenant's jobs.</summary>
    IJobStore Jobs { get; }

    /// <summary>The factors that stand for the tenant's tensors.</summary>
    IFactorStore Factors { get; }

    /// <summary>All tenants of the store, for its admin.</summary>
    ITenantStore Tenants { get; }

    /// <summary>The sketches and spatial keys, and searches in them.</summary>
    ISpatialStore Spatial { get; }

    /// <summary>
    /// A handle for another tenant on the same open store, which has to outlive it. Isolation is between handles: who holds one, or the
    /// store's files, can get any other, so programs decide who gets which.
    /// </summary>
    /// <param name="tenant">A tenant's name, or <see cref="TenantNames.All"/>.</param>
    /// <exception cref="StoreException">There is no such tenant (<c>TENANT_NOT_FOUND</c>).</exception>
    IModelStore ForTenant(string tenant);

    /// <summary>Begins a job, or takes up an unfinished one of an equal request that no live process works on.</summary>
    /// <exception cref="StoreException">
    /// The handle is for all tenants (<c>TENANT_REQUIRED</c>); or a job is named that is not there, is complete, is at work, or was of
    /// another source (<c>JOB_NOT_FOUND</c>, <c>JOB_COMPLETE</c>, <c>JOB_RUNNING</c>, <c>JOB_SOURCE_CHANGED</c>).
    /// </exception>
    IIngestSession BeginIngest(IngestRequest request);

    /// <summary>
    /// SHA-256 of the stored files that have this length and fingerprint: likely, not certain, twins of a file outside. Files that lost
    /// content are not among them. Those of all tenants are: who has the bytes may learn that others have them, not who.
    /// </summary>
    IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint);

    /// <summary>The segments of a stored file, in order.</summary>
    /// <exception cref="StoreException">No file of that hash is stored.</exception>
    IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256);

    /// <summary>The model of a name, or null.</summary>
    /// <exception cref="StoreException">The handle is for all tenants, and several have such a model (<c>TENANT_REQUIRED</c>).</exception>
    StoredModel? FindModel(string name);

    /// <summary>All models, ordered by name, those of several tenants by tenant first.</summary>
    IReadOnlyList<StoredModel> ListModels();

    /// <summary>Whether a repair found contents of the model damaged or missing that have not come in again since.</summary>
    bool HasLostContent(long modelId);

    /// <summary>The files of a model, in order.</summary>
    IReadOnlyList<StoredFile> ListFiles(long modelId);

    /// <summary>The tensors of a model, in the order of its files.</summary>
    IEnumerable<StoredTensor> ListTensors(long modelId);

    /// <summary>
    /// The content of an atom, for reading at any place. Every block read whole is held against its checksum.
    /// </summary>
    /// <exception cref="StoreException">No such atom is stored; or, on reading, it is damaged (<c>STORE_CORRUPT</c>).</exception>
    ByteSource OpenAtom(ContentHash hash);

    /// <summary>The blocks an atom is composed of, in order; the atom itself where it has a payload of its own; nothing where it is unknown.</summary>
    IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash);

    /// <summary>
    /// Removes a model, and lowers the counts of what it used. Contents that nothing uses any more stay until the store is optimized.
    /// </summary>
    /// <exception cref="StoreException">There is no such model.</exception>
    RemovalSummary RemoveModel(long modelId);

    /// <summary>
    /// Gives back the space of contents that nothing uses any more, whichever tenant had them. Works in small steps beside others that import
    /// and read, can end after any of them, and goes on where it was when it is called again.
    /// </summary>
    /// <exception cref="StoreException">Another process does the same (<c>STORE_BUSY</c>).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was done stays done.</exception>
    OptimizeReport Optimize(OptimizeOptions options, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation);

    /// <summary>
    /// What the store holds and saves; for a tenant, what it would if it held nothing of others. Only what is reclaimable and on disk is
    /// always that of the whole store.
    /// </summary>
    StoreStatistics GetStatistics();

    /// <summary>
    /// Checks what can be checked without reading payloads: structure, counts, recipes, indexes. Of the whole store; other tenants' models
    /// are named by their keys.
    /// </summary>
    /// <param name="full">Whether the database is checked to its last index entry.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <returns>How many of what was checked.</returns>
    IReadOnlyDictionary<string, long> CheckStructure(bool full, Action<VerifyFinding> report, CancellationToken cancellation);

    /// <summary>Reads every payload of the whole store and holds it against its hash and checksums, in an order that stays the same.</summary>
    /// <param name="after">A place that an earlier check had passed, to go on behind it, or null.</param>
    /// <param name="passed">Told each place once it is passed.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellation">Ends the check.</param>
    void CheckPayloads(
        string? after, Action<string>? passed, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation);

    /// <summary>The tenant's tensors that are made of blocks, for recomputing them, in the order of their keys.</summary>
    /// <param name="after">Only those with a greater key.</param>
    IEnumerable<(long Key, ContentHash Hash)> ListComposedAtoms(long after);

    /// <summary>The tenant's stored files, each once, for recomputing them, in the order of their keys.</summary>
    /// <param name="after">Only those with a greater key.</param>
    IEnumerable<(long Key, ContentHash Sha256, long SizeBytes, ContentHash Fingerprint)> ListRecipes(long after);

    /// <summary>Whether an atom or a file of this hash is in the store's books, whole or not, whichever tenant's.</summary>
    bool IsKnown(ContentHash hash);

    /// <summary>What an unfinished verification has left to go on from, or null.</summary>
    string? LoadVerification();

    /// <summary>Keeps what a verification goes on from; null where there is nothing any more. A store that cannot be written to keeps nothing.</summary>
    void SaveVerification(string? state);
}
