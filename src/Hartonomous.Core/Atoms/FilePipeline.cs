using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// From a file to atoms: read, hash, store, the three stages at work at once on consecutive windows, in bounded memory whatever the
/// length of the file and its tensors.
/// </summary>
/// <param name="session">The job to store into.</param>
/// <param name="tensors">All tensors of the model.</param>
/// <param name="options">The cut, and the size of chunks.</param>
/// <param name="advance">Told how many bytes have been stored since it was last told; returns how many it is in all.</param>
/// <param name="cancellation">Ends the work.</param>
internal sealed class FilePipeline(
    IIngestSession session,
    IReadOnlyList<TensorInfo> tensors,
    ImportOptions options,
    Func<long, long> advance,
    CancellationToken cancellation)
{
    /// <summary>Windows that wait between two stages.</summary>
    private const int Depth = 1;

    /// <summary>Runs a file through the stages.</summary>
    /// <param name="source">The file.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="inPlace">The file, where its tensors are referred to rather than copied; null otherwise.</param>
    public FileOutcome Run(ByteSource source, FileLayout layout, SourceFile? inPlace = null)
    {
        // A copy: what this run completes while later windows are being hashed must not change what is done with them.
        Dictionary<int, ContentHash> known = new(session.CompletedTensors);
        using WindowHasher hasher = new(known.ContainsKey);
        WindowStorer storer = new(session, tensors, options, known, inPlace);
        using StageRunner<Window> reading = new(new WindowReader(source, layout, tensors, options).Read(), Depth, cancellation);
        using StageRunner<Window> hashing = new(reading.Items().Select(hasher.Hash), Depth, cancellation);
        foreach (Window window in hashing.Items())
        {
            storer.Store(window);
            storer.CommitIfDue(advance(window.Length));
            WindowReader.Release(window);
        }

        return new FileOutcome(hasher.FinishFile(), storer.Segments, storer.TensorHashes, storer.ReusedAtoms);
    }
}
