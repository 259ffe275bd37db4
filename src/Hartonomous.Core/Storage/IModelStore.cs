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

    /// <summary>
    /// SHA-256 of the stored files that have this length and fingerprint: likely, not certain, twins of a file outside. Files that lost
    /// content are not among them.
    /// </summary>
    IReadOnlyList<ContentHash> FindFilesByFingerprint(long sizeBytes, ContentHash fingerprint);

    /// <summary>The segments of a stored file, in order.</summary>
    /// <exception cref="StoreException">No file of that hash is stored.</exception>
    IReadOnlyList<RecipeSegment> GetRecipe(ContentHash sha256);

    /// <summary>The model of a name, or null.</summary>
    StoredModel? FindModel(string name);

    /// <summary>All models, ordered by name.</summary>
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

    /// <summary>
    /// Removes a model, and lowers the counts of what it used. Contents that nothing uses any more stay until the store is optimized.
    /// </summary>
    /// <exception cref="StoreException">There is no such model.</exception>
    RemovalSummary RemoveModel(long modelId);

    /// <summary>
    /// Gives back the space of contents that nothing uses any more. Works in small steps beside others that import and read, can end after
    /// any of them, and goes on where it was when it is called again.
    /// </summary>
    /// <exception cref="StoreException">Another process does the same (<c>STORE_BUSY</c>).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was done stays done.</exception>
    OptimizeReport Optimize(OptimizeOptions options, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation);

    /// <summary>What the store holds and saves.</summary>
    StoreStatistics GetStatistics();

    /// <summary>Checks what can be checked without reading payloads: structure, counts, recipes, indexes.</summary>
    /// <param name="full">Whether the database is checked to its last index entry.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <returns>How many of what was checked.</returns>
    IReadOnlyDictionary<string, long> CheckStructure(bool full, Action<VerifyFinding> report, CancellationToken cancellation);

    /// <summary>Reads every payload and holds it against its hash and checksums, in an order that stays the same.</summary>
    /// <param name="after">A place that an earlier check had passed, to go on behind it, or null.</param>
    /// <param name="passed">Told each place once it is passed.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellation">Ends the check.</param>
    void CheckPayloads(
        string? after, Action<string>? passed, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation);

    /// <summary>The tensors that are made of blocks, for recomputing them, in the order of their keys.</summary>
    /// <param name="after">Only those with a greater key.</param>
    IEnumerable<(long Key, ContentHash Hash)> ListComposedAtoms(long after);

    /// <summary>The stored files, for recomputing them, in the order of their keys.</summary>
    /// <param name="after">Only those with a greater key.</param>
    IEnumerable<(long Key, ContentHash Sha256, long SizeBytes, ContentHash Fingerprint)> ListRecipes(long after);

    /// <summary>Whether an atom or a file of this hash is in the store's books, whole or not.</summary>
    bool IsKnown(ContentHash hash);

    /// <summary>What an unfinished verification has left to go on from, or null.</summary>
    string? LoadVerification();

    /// <summary>Keeps what a verification goes on from; null where there is nothing any more. A store that cannot be written to keeps nothing.</summary>
    void SaveVerification(string? state);
}
