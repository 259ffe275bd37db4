namespace Hartonomous.Core.Storage.Shared;

/// <summary>Lowers the counts of a copy of what tensors reach, one tensor after the other, and sees what comes to nothing.</summary>
internal static class PruneEffects
{
    /// <summary>Measures.</summary>
    /// <param name="tensorAtomIds">The tensors, in the order that they give their contents up.</param>
    /// <param name="tensors">The atom of each, and how many references go with it.</param>
    /// <param name="atoms">All atoms they reach; their counts are lowered here.</param>
    /// <param name="blocks">The blocks of an atom, and how many times it has each.</param>
    public static IReadOnlyList<PruneEffect> Measure(
        IReadOnlyList<long> tensorAtomIds,
        Dictionary<long, (long AtomId, long References)> tensors,
        Dictionary<long, PrunedAtom> atoms,
        ILookup<long, (long Parent, long Block, long Times)> blocks)
    {
        return [.. tensorAtomIds.Where(tensors.ContainsKey).Select(MeasureOne)];

        PruneEffect MeasureOne(long tensorAtomId)
        {
            long count = 0;
            long bytes = 0;
            Stack<(long AtomId, long Times)> lowered = new([tensors[tensorAtomId]]);
            while (lowered.TryPop(out (long AtomId, long Times) next))
            {
                PrunedAtom atom = atoms[next.AtomId];
                atom.References -= next.Times;
                if (atom.References > 0)
                {
                    continue;
                }

                count += atom.Bytes is null ? 0 : 1;
                bytes += atom.Bytes ?? 0;
                foreach ((_, long block, long times) in blocks[next.AtomId])
                {
                    lowered.Push((block, times));
                }
            }

            return new PruneEffect(tensorAtomId, count, bytes);
        }
    }
}
