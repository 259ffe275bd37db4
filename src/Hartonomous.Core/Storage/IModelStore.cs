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

    /// <summary>SHA-256 of the stored files that have this length and fingerprint: likely, not certain, twins of a file outside.
    /// Of all tenants': who has the bytes may learn that others have them, not who.</summary>
    IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint);

    /// <summary>The segments of a stored file, in order.</summary>
    /// <exception cref="StoreException">No file of that hash is stored.</exception>
    IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256);

    /// <summary>The model of a name, or null.</summary>
    /// <exception cref="StoreException">The handle is for all tenants, and several have such a model (<c>TENANT_REQUIRED</c>).</exception>
    StoredModel? FindModel(string name);

    /// <summary>All models, ordered by name, those of several tenants by tenant first.</summary>
    IReadOnlyList<StoredModel> ListModels();

    /// <summary>The files of a model, in order.</summary>
    IReadOnlyList<StoredFile> ListFiles(long modelId);

    /// <summary>The tensors of a model, in the order of its files.</summary>
    IEnumerable<StoredTensor> ListTensors(long modelId);

    /// <summary>
    /// The content of an atom, for reading at any place. Every block read whole is held against its checksum.
    /// </summary>
    /// <exception cref="StoreException">No such atom is stored; or, on reading, it is damaged (<c>STORE_CORRUPT</c>).</exception>
    ByteSource OpenAtom(ContentHash hash);

    /// <summary>
    /// Removes a model, and lowers the counts of what it used. Contents that nothing uses any more stay until the store is optimized.
    /// </summary>
    /// <exception cref="StoreException">There is no such model.</exception>
    RemovalSummary RemoveModel(long modelId);

    /// <summary>
    /// What the store holds and saves; for a tenant, what it would if it held nothing of others. Only what is reclaimable and on disk is
    /// always that of the whole store.
    /// </summary>
    StoreStatistics GetStatistics();

    /// <summary>
    /// Checks the whole store, as far as it can be checked without reading every payload: structure, counts, recipes, indexes; with
    /// <paramref name="full"/> also the payloads' own frames and hashes. Other tenants' models are named by their keys.
    /// </summary>
    /// <param name="full">Whether payloads are read.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <returns>How many of what was checked.</returns>
    IReadOnlyDictionary<string, long> CheckStructure(
        bool full, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation);

    /// <summary>Hashes of the tenant's tensors that are made of blocks, for recomputing them.</summary>
    IEnumerable<ContentHash> ListComposedAtoms();

    /// <summary>The tenant's stored files, each once, for recomputing them.</summary>
    IEnumerable<(ContentHash Sha256, long SizeBytes)> ListRecipes();
}
