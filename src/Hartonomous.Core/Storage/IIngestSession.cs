using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// One job at work: puts payloads into the store, commits them in chunks, and records the model at the end. Used by one thread at a
/// time. Disposing a session that is not complete leaves what was committed, and the job open to be taken up again.
/// </summary>
public interface IIngestSession : IDisposable
{
    /// <summary>Key of the job.</summary>
    long JobId { get; }

    /// <summary>Whether an earlier run of the job left something to go on from.</summary>
    bool IsResumed { get; }

    /// <summary>Tensors that earlier runs completed, by their number in the model.</summary>
    IReadOnlyDictionary<int, ContentHash> CompletedTensors { get; }

    /// <summary>Payload bytes written since the last commit.</summary>
    long UncommittedBytes { get; }

    /// <summary>Atoms written since the last commit.</summary>
    int UncommittedAtoms { get; }

    /// <summary>Set when another process asks the job to stop.</summary>
    CancellationToken StopRequested { get; }

    /// <summary>
    /// The segments of a stored file, of any tenant's: for a caller who holds them against bytes of its own, and passes nothing on where
    /// these differ, as who has the bytes may have them. Null where no such file is stored.
    /// </summary>
    IReadOnlyList<RecipeSegment>? FindRecipe(ContentHash sha256);

    /// <summary>
    /// The blocks of an atom of such a file, in order; the atom itself where it has a payload of its own; nothing where it is unknown.
    /// </summary>
    IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash);

    /// <summary>Tells those who watch the job how far it is. Cheap, and may be called on any thread; is written about once a second.</summary>
    void Report(long bytesProcessed);

    /// <summary>Tells for each hash whether the store, or this session's uncommitted chunk, holds its content.</summary>
    /// <param name="hashes">Hashes, not necessarily distinct.</param>
    /// <param name="stored">The answers, as long as <paramref name="hashes"/>.</param>
    void FindStored(ReadOnlySpan<ContentHash> hashes, Span<bool> stored);

    /// <summary>Writes a payload; one that is there already is left as it is.</summary>
    /// <param name="hash">SHA-256 of <paramref name="content"/>, computed by the caller.</param>
    /// <param name="content">The atom's bytes.</param>
    void WritePayload(ContentHash hash, ReadOnlySpan<byte> content);

    /// <summary>Records a tensor whose payloads have all been written or found stored; a checkpoint once committed.</summary>
    void AddTensor(int number, IngestedTensor tensor);

    /// <summary>Makes everything so far durable, in one transaction, and moves the job's checkpoint.</summary>
    /// <param name="bytesProcessed">How far the job is, for those who watch it.</param>
    /// <exception cref="StoreException">
    /// The tenant would have more than its quota (<c>QUOTA_ATOMS</c>, <c>QUOTA_BYTES</c>), or a content found stored is gone
    /// (<c>CONTENT_REMOVED</c>). Nothing of the chunk is committed then.
    /// </exception>
    void Commit(long bytesProcessed);

    /// <summary>Records the model, closes the job, and commits.</summary>
    /// <returns>The model's key.</returns>
    /// <exception cref="StoreException">
    /// A model of that name has come in meanwhile (<c>MODEL_EXISTS</c>), and as of <see cref="Commit"/>.
    /// </exception>
    long Complete(IngestedModel model, out IngestTotals totals);

    /// <summary>Marks the job failed or cancelled, with what an admin should know. What was committed stays, and the job can be resumed.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="message">Why.</param>
    /// <param name="code">Stable code of the error, where it has one.</param>
    void Abandon(JobStatus status, string message, string? code = null);
}
