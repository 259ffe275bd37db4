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

    /// <summary>Begins a job, or takes up an unfinished one of an equal request that no live process works on.</summary>
    IIngestSession BeginIngest(IngestRequest request);

    /// <summary>SHA-256 of the stored files that have this length and fingerprint: likely, not certain, twins of a file outside.</summary>
    IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint);

    /// <summary>The segments of a stored file, in order.</summary>
    /// <exception cref="StoreException">No file of that hash is stored.</exception>
    IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256);

    /// <summary>The model of a name, or null.</summary>
    StoredModel? FindModel(string name);

    /// <summary>All models, ordered by name.</summary>
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

    /// <summary>The blocks an atom is composed of, in order; the atom itself where it has a payload of its own; nothing where it is unknown.</summary>
    IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash);

    /// <summary>
    /// Removes a model, and lowers the counts of what it used. Contents that nothing uses any more stay until the store is optimized.
    /// </summary>
    /// <exception cref="StoreException">There is no such model.</exception>
    RemovalSummary RemoveModel(long modelId);

    /// <summary>What the store holds and saves.</summary>
    StoreStatistics GetStatistics();

    /// <summary>
    /// Checks what can be checked without reading every payload: structure, counts, recipes, indexes; with <paramref name="full"/> also
    /// the payloads' own frames and hashes.
    /// </summary>
    /// <param name="full">Whether payloads are read.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <returns>How many of what was checked.</returns>
    IReadOnlyDictionary<string, long> CheckStructure(
        bool full, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation);

    /// <summary>Hashes of all tensors that are made of blocks, for recomputing them.</summary>
    IEnumerable<ContentHash> ListComposedAtoms();

    /// <summary>All stored files, for recomputing them.</summary>
    IEnumerable<(ContentHash Sha256, long SizeBytes)> ListRecipes();
}
