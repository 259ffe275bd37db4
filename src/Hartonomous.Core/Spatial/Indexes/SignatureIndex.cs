using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// A bit a dimension: the signs of the rotated sketch. A search scores all signatures against the rotated query, which is kept in full, and
/// compares the sketches in the order of the scores.
/// </summary>
/// <remarks>
/// The estimate and its error are those of J. Gao and C. Long, "RaBitQ" (SIGMOD 2024): unbiased up to a known factor, its standard deviation √(π/2 - 1) /
/// √P over sketches that have little in common. The search widens itself, four times the candidates each time, until the last candidate's
/// estimate lies <see cref="WidenBelow"/> deviations under the k-th answer; it leaves out candidates whose estimate lies
/// <see cref="SkipBelow"/> deviations under it.
/// </remarks>
internal sealed unsafe class SignatureIndex : NeighborIndex
{
    private const int FirstCandidates = 512;
    private const int CandidatesPerAnswer = 8;
    private const int MostCandidates = 8192;
    private const int Growth = 4;
    private const double WidenBelow = 2;
    private const double SkipBelow = 4;

    private readonly RandomRotation _rotation;
    private readonly SignaturePages _pages;
    private readonly VectorWidth _width;

    public SignatureIndex(ISketchSource source, SketchProjection projection, PointSet points, SignaturePages? signatures = null)
        : this(source, projection, points, signatures, VectorWidths.Best)
    {
    }

    internal SignatureIndex(
        ISketchSource source, SketchProjection projection, PointSet points, SignaturePages? signatures, VectorWidth width)
        : base(IndexStrategy.Signature, source, projection, points)
    {
        _width = width;
        _rotation = new RandomRotation(source.Dimension);
        _pages = signatures ?? Make(source, _rotation);
    }

    /// <inheritdoc/>
    public override long SizeBytes => base.SizeBytes + _pages.SizeBytes;

    /// <inheritdoc/>
    private protected override Certainty Collect(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector)
    {
        float[] rotated = new float[_rotation.Length];
        _rotation.Rotate(sketch, rotated);
        SignatureScan scan = new(rotated);
        double deviation = SignatureScan.Deviation(_rotation.Length);
        float[] buffer = new float[Source.Dimension];
        int limit = query.MaxCandidates > 0 ? query.MaxCandidates : Math.Max(MostCandidates, query.Top * CandidatesPerAnswer);
        int wanted = Math.Min(limit, Math.Max(FirstCandidates, query.Top * CandidatesPerAnswer));
        int compared = 0;
        while (true)
        {
            ScoredList best = Scan(scan, wanted, query, collector);
            ReadOnlySpan<(int Score, int Ordinal)> ranked = best.Ranked();
            for (int i = compared; i < ranked.Length; i++)
            {
                // The estimates fall: none of those that follow would be compared either.
                if (scan.ToCosine(ranked[i].Score) + (SkipBelow * deviation) < collector.Threshold)
                {
                    return Certainty.Likely;
                }

                if (Source.Batch > 1 && (i - compared) % Source.Batch == 0)
                {
                    Announce(ranked[i..Math.Min(ranked.Length, i + Source.Batch)]);
                }

                collector.Offer(ranked[i].Ordinal, SketchMath.Dot(sketch, Source.Read(ranked[i].Ordinal, buffer)));
            }

            // Fewer than wanted: all that the query allows were compared.
            if (ranked.Length < wanted)
            {
                return Certainty.Certain;
            }

            if (scan.ToCosine(ranked[^1].Score) + (WidenBelow * deviation) < collector.Threshold)
            {
                return Certainty.Likely;
            }

            if (wanted >= limit)
            {
                return Certainty.StoppedEarly;
            }

            compared = ranked.Length;
            wanted = (int)Math.Min(limit, (long)wanted * Growth);
        }
    }

    private void Announce(ReadOnlySpan<(int Score, int Ordinal)> ranked)
    {
        int[] ordinals = new int[ranked.Length];
        for (int i = 0; i < ordinals.Length; i++)
        {
            ordinals[i] = ranked[i].Ordinal;
        }

        Source.Expect(ordinals);
    }

    private static SignaturePages Make(ISketchSource source, RandomRotation rotation)
    {
        SignaturePages pages = new(rotation.Length);
        pages.Reserve(source.Count);
        int blocks = (source.Count + SignatureScan.Block - 1) / SignatureScan.Block;
        ParallelOptions threads = new() { MaxDegreeOfParallelism = Parallelism.Limit };
        Parallel.For(0, blocks, threads, () => (Signature: new SketchSignature(rotation), Buffer: new float[source.Dimension]), (block, _, work) =>
        {
            for (int i = block * SignatureScan.Block; i < Math.Min((block + 1) * SignatureScan.Block, source.Count); i++)
            {
                pages.Set(i, work.Signature.Of(source.Read(i, work.Buffer)));
            }

            return work;
        }, _ => { });
        return pages;
    }

    private ScoredList Scan(SignatureScan scan, int wanted, NeighborQuery query, NeighborCollector collector)
    {
        ScoredList best = new(wanted);
        for (int page = 0; page < _pages.Count; page++)
        {
            query.Cancellation.ThrowIfCancellationRequested();
            switch (_width)
            {
                case VectorWidth.V512:
                    ScanPage<Lanes16V512>(scan, page, best, collector);
                    break;
                case VectorWidth.V256:
                    ScanPage<Lanes16V256>(scan, page, best, collector);
                    break;
                default:
                    ScanPage<Lanes16V128>(scan, page, best, collector);
                    break;
            }
        }

        return best;
    }

    private void ScanPage<T>(SignatureScan scan, int page, ScoredList best, NeighborCollector collector)
        where T : struct, ILanes16<T>
    {
        byte* bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_pages[page]));
        ushort* scores = stackalloc ushort[SignatureScan.Block];
        int before = page * SignaturePages.BlocksPerPage;
        int blocks = Math.Min(SignaturePages.BlocksPerPage, ((Count + SignatureScan.Block - 1) / SignatureScan.Block) - before);
        for (int block = 0; block < blocks; block++)
        {
            if (!scan.Score<T>(bytes + ((long)block * _pages.BlockBytes), best.Threshold, scores))
            {
                continue;
            }

            int first = (before + block) * SignatureScan.Block;
            int count = Math.Min(SignatureScan.Block, Count - first);
            for (int i = 0; i < count; i++)
            {
                if (scores[i] > best.Threshold && collector.Accepts(first + i))
                {
                    best.Add(scores[i], first + i);
                }
            }
        }
    }
}
