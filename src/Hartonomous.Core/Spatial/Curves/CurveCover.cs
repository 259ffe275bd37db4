namespace Hartonomous.Core.Spatial.Curves;

/// <summary>
/// Runs of keys that cover a region. A cell of level l, the points whose keys share their highest bits, is a cube aligned to its edge, on
/// Hilbert's curve as in Morton's order: its place follows from the point of any of its keys.
/// </summary>
internal static class CurveCover
{
    // Enough that the cells are small beside the region; decoding them in batches takes some ten microseconds.
    private const int MinCells = 1024;
    private const int CellsPerRange = 64;

    public static IReadOnlyList<KeyRange> Of(SpaceFillingCurve curve, GridRegion region, int maxRanges)
    {
        int limit = Math.Max(MinCells, (int)Math.Min((long)CellsPerRange * maxRanges, 1 << 20));
        List<KeyRange> ranges = [];
        List<long> open = [0];
        for (int level = 0; open.Count > 0; level++)
        {
            // Keys in a cell, and the edge of the cell, of this level. At level 0 the whole grid is the one cell.
            long last = level == 0 ? curve.MaxKey : (1L << (curve.Axes * (curve.Bits - level))) - 1;
            uint edge = level == 0 ? curve.MaxCoordinate : (1u << (curve.Bits - level)) - 1;
            bool final = level == curve.Bits || (open.Count << curve.Axes) > limit;
            List<long> parts = Sort(curve, region, open, edge, last, ranges);
            if (final)
            {
                ranges.AddRange(parts.Select(first => new KeyRange(first, first + last)));
                break;
            }

            open = new(parts.Count << curve.Axes);
            long step = (last >> curve.Axes) + 1;
            foreach (long first in parts)
            {
                for (int child = 0; child < 1 << curve.Axes; child++)
                {
                    open.Add(first + (child * step));
                }
            }
        }

        ranges.Sort((left, right) => left.First.CompareTo(right.First));
        return Join(ranges, maxRanges);
    }

    // Whole cells become ranges, partial ones are returned.
    private static List<long> Sort(SpaceFillingCurve curve, GridRegion region, List<long> cells, uint edge, long last, List<KeyRange> ranges)
    {
        uint[] x = new uint[cells.Count];
        uint[] y = new uint[cells.Count];
        uint[] z = new uint[cells.Count];
        curve.Decode([.. cells], x, y, curve.Axes == 3 ? z : []);
        List<long> parts = [];
        for (int i = 0; i < cells.Count; i++)
        {
            switch (region.Compare(x[i] & ~edge, y[i] & ~edge, z[i] & ~edge, edge, curve.Axes))
            {
                case GridRegion.Overlap.Whole:
                    ranges.Add(new KeyRange(cells[i], cells[i] + last));
                    break;
                case GridRegion.Overlap.Part:
                    parts.Add(cells[i]);
                    break;
                default:
                    break;
            }
        }

        return parts;
    }

    // Keeps the widest gaps, so that the runs hold as few keys too many as can be.
    private static List<KeyRange> Join(List<KeyRange> sorted, int maxRanges)
    {
        long[] gaps = new long[Math.Max(0, sorted.Count - 1)];
        for (int i = 0; i < gaps.Length; i++)
        {
            gaps[i] = sorted[i + 1].First - sorted[i].Last - 1;
        }

        int kept = Math.Min(maxRanges - 1, gaps.Count(gap => gap > 0));
        bool[] isKept = new bool[gaps.Length];
        foreach (int index in Enumerable.Range(0, gaps.Length).OrderByDescending(index => gaps[index]).Take(kept))
        {
            isKept[index] = true;
        }

        List<KeyRange> joined = [];
        for (int i = 0; i < sorted.Count; i++)
        {
            if (i > 0 && !isKept[i - 1])
            {
                joined[^1] = joined[^1] with { Last = sorted[i].Last };
            }
            else
            {
                joined.Add(sorted[i]);
            }
        }

        return joined;
    }
}
