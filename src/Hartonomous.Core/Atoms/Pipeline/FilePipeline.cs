using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// From a file to atoms: read, hash, store, the stages at work at once on consecutive windows, in bounded memory whatever the length of the
/// file and its tensors. The hash of the whole file is a stage beside the others:
/// <code>
/// WindowReader ─┬─ WindowHasher ── WindowStorer ── session
///               └─ FileHasher
/// </code>
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
    private const int SlabBytes = 4 << 20;

    /// <summary>Buffers of a pipeline: 224 MiB.</summary>
    private const int Slabs = 56;

    /// <summary>
    /// The part of the buffers that is hashed at once: the more, the more tensors go side by side; what is left is read and stored
    /// meanwhile.
    /// </summary>
    private const double BatchShare = 0.65;

    /// <summary>Runs a file through the stages.</summary>
    /// <param name="source">The file.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="inPlace">The file, where its tensors are referred to rather than copied; null otherwise.</param>
    public FileOutcome Run(ByteSource source, FileLayout layout, SourceFile? inPlace = null)
    {
        // A copy: what this run completes while later windows are being hashed must not change what is done with them.
        Dictionary<int, ContentHash> known = new(session.CompletedTensors);
        WindowStorer storer = new(session, tensors, options, known, inPlace);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using SlabPool slabs = MakeSlabs(source.Length, layout, out int count);
        WindowReader reader = new(source, layout, tensors, options, slabs, (int)(count * BatchShare), stop.Token);
        using FileHasher fileHasher = new(stop.Token);
        using WindowHasher hasher = new(known.ContainsKey, Math.Max(1, Parallelism.Limit - 1));
        using StageRunner<Window> reading = new(reader.Read().Select(Announce), count, stop.Token);
        using StageRunner<Window> hashing = new(hasher.Hash(reading.Items()), count, stop.Token);
        try
        {
            foreach (Window window in hashing.Items())
            {
                storer.Store(window);
                storer.CommitIfDue(advance(window.Length));
                window.Release();
            }

            return new FileOutcome(fileHasher.Finish(), storer.Segments, storer.TensorHashes, storer.ReusedAtoms);
        }
        finally
        {
            stop.Cancel(); // stages that wait for each other end together
        }

        Window Announce(Window window)
        {
            fileHasher.Add(window);
            return window;
        }
    }

    /// <summary>
    /// Buffers for a source: no longer than it, and at least as long as its longest piece; where that is long, there are fewer of them, but
    /// at least 4.
    /// </summary>
    private SlabPool MakeSlabs(long sourceBytes, FileLayout layout, out int count)
    {
        long longest = layout.Segments.Count == 0 ? 0 : layout.Segments.Max(LongestPiece);
        long slabBytes = Math.Max(SlabBytes, longest);
        count = (int)Math.Max(4, (long)SlabBytes * Slabs / slabBytes);
        return new SlabPool((int)Math.Clamp(sourceBytes, 1, slabBytes), count);
    }

    /// <summary>The longest piece of a run: its first, as all but the last are equally long.</summary>
    private long LongestPiece(LayoutSegment segment) => segment.TensorNumber < 0
        ? Math.Min(options.BlockBytes, segment.Length)
        : new BlockCutter(tensors[segment.TensorNumber], options.Granularity, options.BlockBytes).LengthAt(0);
}
