using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const int BlocksPerPage = 1024;
    private const int FirstCandidates = 512;
    private const int CandidatesPerAnswer = 8;
    private const int MostCandidates = 8192;
    private const int Growth = 4;
    private const double WidenBelow = 2;
    private const double SkipBelow = 4;

    private readonly RandomRotation _rotation;
    private readonly byte[][] _pages;
    private readonly int _blockBytes;
    private readonly VectorWidth _width;

    public SignatureIndex(ISketchSource source, SketchProjection projection)
        : this(source, projection, VectorWidths.Best)
    {
    }

    internal SignatureIndex(ISketchSource source, SketchProjection projection, VectorWidth width)
        : base(IndexStrategy.Signature, source, projection)
    {
        _width = width;
        _rotation = new RandomRotation(source.Dimension);
        _blockBytes = _rotation.Length / 8 * SignatureScan.Block;
        int blocks = (source.Count + SignatureScan.Block - 1) / SignatureScan.Block;
        _pages = new byte[(blocks + BlocksPerPage - 1) / BlocksPerPage][];
        for (int page = 0; page < _pages.Length; page++)
        {
            _pages[page] = GC.AllocateArray<byte>(Math.Min(BlocksPerPage, blocks - (page * BlocksPerPage)) * _blockBytes, pinned: true);
        }

        Parallel.For(0, blocks, () => (Rotated: new float[_rotation.Length], Buffer: new float[source.Dimension]), (block, _, work) =>
        {
            Span<byte> bytes = _pages[block / BlocksPerPage].AsSpan(block % BlocksPerPage * _blockBytes, _blockBytes);
            for (int i = 0; i < Math.Min(SignatureScan.Block, source.Count - (block * SignatureScan.Block)); i++)
            {
                _rotation.Rotate(source.Read((block * SignatureScan.Block) + i, work.Buffer), work.Rotated);
                Pack(work.Rotated, bytes[i..]);
            }

            return work;
        }, _ => { });
    }

    /// <inheritdoc/>
    public override long SizeBytes => base.SizeBytes + _pages.Sum(page => (long)page.Length);

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

    // Byte by byte: bit b of column c is the sign of dimension 8c + b.
    private static void Pack(ReadOnlySpan<float> rotated, Span<byte> signature)
    {
        for (int column = 0; column < rotated.Length / 8; column++)
        {
            int bits = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                bits |= (rotated[(8 * column) + bit] > 0 ? 1 : 0) << bit;
            }

            signature[column * SignatureScan.Block] = (byte)bits;
        }
    }

    private ScoredList Scan(SignatureScan scan, int wanted, NeighborQuery query, NeighborCollector collector)
    {
        ScoredList best = new(wanted);
        for (int page = 0; page < _pages.Length; page++)
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
        int blocks = _pages[page].Length / _blockBytes;
        for (int block = 0; block < blocks; block++)
        {
            if (!scan.Score<T>(bytes + ((long)block * _blockBytes), best.Threshold, scores))
            {
                continue;
            }

            int first = ((page * BlocksPerPage) + block) * SignatureScan.Block;
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
