using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Hashing;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>
/// Tells whether a file has the bytes of a stored one, without its SHA-256: that is a single chain and keeps one core busy, whereas the
/// atoms of the recipe can be held against the file in any order, on all cores. Where each run of the file has the hash of its atom, the
/// file is what the recipe gives.
/// </summary>
/// <param name="listBlocks">Gives the blocks of a stored atom; none where it is unknown.</param>
/// <param name="advance">Told how many bytes have been looked at since it was last told; called on any thread.</param>
/// <param name="cancellation">Ends the work.</param>
internal sealed class RecipeMatch(Func<ContentHash, IReadOnlyList<AtomBlock>> listBlocks, Action<long> advance, CancellationToken cancellation)
{
    /// <summary>Runs that are read and hashed at once.</summary>
    private const int GroupBytes = 16 << 20;

    /// <summary>Groups that are in memory at once: 128 MiB.</summary>
    private const int Groups = 8;

    /// <summary>A tensor of blocks smaller than this on average is hashed as a whole.</summary>
    private const int SmallBlockBytes = 64 << 10;

    private volatile bool _differs;

    /// <summary>Whether a file has the bytes of a stored file; ends with the first difference.</summary>
    /// <param name="file">The file.</param>
    /// <param name="recipe">The segments of the stored file, in order.</param>
    public bool Matches(ByteSource file, IReadOnlyList<RecipeSegment> recipe)
    {
        _differs = false;
        List<Run> runs = [.. recipe.SelectMany(Divide)];
        long end = 0;
        if (!runs.TrueForAll(run => run.Offset == end && (end += run.Length) <= file.Length) || end != file.Length)
        {
            return false;
        }

        using SlabPool slabs = new((int)Math.Clamp(file.Length, 1, GroupBytes), Groups);
        ParallelWork.ForEach(Group(runs), group => Check(file, group, slabs), cancellation);
        return !_differs;
    }

    /// <summary>The runs of a segment that can be held against the file each for itself.</summary>
    private IEnumerable<Run> Divide(RecipeSegment segment)
    {
        if (segment.Atom is { } atom && segment.TurnedDtype is null && segment.Length > GroupBytes / 16 &&
            listBlocks(atom) is { Count: > 0 } blocks && segment.Length / blocks.Count >= SmallBlockBytes)
        {
            return blocks.Select(block => new Run(segment.FileOffset + block.Offset, block.Length, block.Hash, null));
        }

        return [new Run(segment.FileOffset, segment.Length, segment.Atom ?? ContentHash.Of(segment.Literal), segment.TurnedDtype)];
    }

    /// <summary>Consecutive runs that fit in a buffer together; a run that does not fit, or has to be turned, is a group by itself.</summary>
    private static IEnumerable<List<Run>> Group(List<Run> runs)
    {
        List<Run> group = [];
        long length = 0;
        foreach (Run run in runs)
        {
            if (group.Count > 0 && (length + run.Length > GroupBytes || run.TurnedDtype is not null || group[^1].TurnedDtype is not null))
            {
                yield return group;
                group = [];
                length = 0;
            }

            group.Add(run);
            length += run.Length;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    private void Check(ByteSource file, List<Run> group, SlabPool slabs)
    {
        if (_differs)
        {
            return;
        }

        if (group is [{ } single] && (single.Length > slabs.SlabBytes || single.TurnedDtype is not null))
        {
            CheckStreamed(file, single);
            return;
        }

        Slab slab = slabs.Rent(cancellation);
        try
        {
            long start = group[0].Offset;
            int length = (int)(group[^1].Offset + group[^1].Length - start);
            file.ReadExactly(start, slab.GetSpan()[..length]);
            List<HashMessage> messages = [.. group.Select(run => new HashMessage(slab.Memory.Slice((int)(run.Offset - start), (int)run.Length)))];
            MultiHash.HashAll(messages, 1);
            if (!group.Zip(messages).All(pair => pair.First.Hash == pair.Second.Hash))
            {
                _differs = true; // only ever set: a read before and a write after another's would take it back
            }

            advance(length);
        }
        finally
        {
            slabs.Return(slab);
        }
    }

    private void CheckStreamed(ByteSource file, Run run)
    {
        using ByteSource slice = file.Slice(run.Offset, run.Length);
        using ByteSource content = run.TurnedDtype is { } dtype ? new ByteOrderByteSource(slice, dtype.Layout()) : slice;
        if (FileDigest.Sha256(content, advance, cancellation) != run.Hash)
        {
            _differs = true;
        }
    }

    /// <summary>A run of the file and the hash it has to have.</summary>
    private sealed record Run(long Offset, long Length, ContentHash Hash, TensorDtype? TurnedDtype);
}
