using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>
/// Gives sketches and spatial keys to the contents of a store that lack them: on all cores, a commit every so many, so that a run that is
/// ended at any time is taken up by the next where it was. Sketches that are there are projected and not made again.
/// </summary>
public sealed class Spatializer
{
    private const int AtomsPerPage = 1024;
    private const int AtomsPerChunk = 256;
    private const int PartsPerChunk = 2048;
    private const int PartsPerPiece = 256;
    private const long BytesPerChunk = 256L << 20;
    private const int BlockBytes = 1 << 20;

    /// <summary>From this length on a content is read by all cores; shorter ones are read side by side.</summary>
    private const long SharedFrom = 32L << 20;

    private readonly IModelStore _store;
    private readonly SpatializeOptions _options;
    private readonly IProgress<OperationProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly TensorSketcher _sketcher;
    private readonly SketchProjection _projection;
    private readonly HeadRows _headRows;
    private readonly List<SpatializeFailure> _failures = [];
    private readonly Lock _gate = new();
    private long _contents;
    private long _bytes;
    private long _sketches;
    private long _projected;
    private long _zero;
    private long _nonFinite;
    private long _withoutHeads;
    private long _bytesDone;
    private long _bytesTotal;

    private Spatializer(
        IModelStore store, SpatializeOptions options, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        _store = store;
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        _sketcher = new TensorSketcher(options.Space.Sketch);
        _projection = new SketchProjection(options.Space.Projection);
        _headRows = new HeadRows(store, options.HeadRows);
    }

    /// <summary>Spatializes what lacks keys.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">What and how; the defaults where null.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellation">Ends it after the current chunk's work; what was committed stays.</param>
    public static SpatializeResult Run(
        IModelStore store,
        SpatializeOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new Spatializer(store, options ?? new SpatializeOptions(), progress, cancellation).Run();
    }

    /// <summary>Rows of a part of a tensor that has rows; 0 where it has no such parts.</summary>
    internal static long RowsPerPart(SpatialLevel level, long sizeBytes, TensorShape shape, Func<long?> headRows) => level switch
    {
        SpatialLevel.Row => 1,
        SpatialLevel.Head => headRows() ?? 0,
        _ => Math.Max(1, BlockBytes / Math.Max(1, sizeBytes / shape.RowCount)),
    };

    private SpatializeResult Run()
    {
        ISpatialStore spatial = _store.Spatial;
        SpatialLevel[] levels = [.. _options.Levels.Distinct()];
        long pending = 0;
        foreach (SpatialLevel level in levels)
        {
            (long atoms, long bytes) = spatial.CountPending(_options.Space.Sketch, level, _options.ModelIds);
            pending += atoms;
            _bytesTotal += bytes;
        }

        spatial.BeginBulk(pending);
        ProjectStored();
        foreach (SpatialLevel level in levels)
        {
            SketchPending(level);
        }

        spatial.BuildIndexes(null, _cancellation);
        return new SpatializeResult(
            _options.Space, _contents, _bytes, _sketches, _projected, _zero, _nonFinite, _withoutHeads, _failures);
    }

    private void ProjectStored()
    {
        long after = 0;
        while (true)
        {
            _cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<(long EmbeddingId, Sketch Sketch)> stored = _store.Spatial.ListUnprojected(_options.Space, after, AtomsPerPage);
            if (stored.Count == 0)
            {
                return;
            }

            _store.Spatial.WriteKeys(
                _options.Space, [.. stored.Select(entry => (entry.EmbeddingId, _projection.Project(entry.Sketch.Values.Span)))]);
            _projected += stored.Count;
            after = stored[^1].EmbeddingId;
        }
    }

    private void SketchPending(SpatialLevel level)
    {
        PendingAtom? after = null;
        while (true)
        {
            IReadOnlyList<PendingAtom> page = _store.Spatial.ListPending(
                _options.Space.Sketch, level, _options.ModelIds, after, AtomsPerPage);
            if (page.Count == 0)
            {
                return;
            }

            if (level == SpatialLevel.Tensor)
            {
                SketchWhole(page);
            }
            else
            {
                foreach (PendingAtom atom in page)
                {
                    SketchParts(level, atom);
                }
            }

            after = page[^1];
        }
    }

    private void SketchWhole(IReadOnlyList<PendingAtom> page)
    {
        for (int start = 0; start < page.Count;)
        {
            long bytes = 0;
            int end = start;
            while (end < page.Count && end - start < AtomsPerChunk && (end == start || bytes + page[end].SizeBytes <= BytesPerChunk))
            {
                bytes += page[end++].SizeBytes;
            }

            PendingAtom[] chunk = [.. page.Skip(start).Take(end - start)];
            SpatialEntry?[] entries = new SpatialEntry?[chunk.Length];
            ParallelWork.ForEach(
                Enumerable.Range(0, chunk.Length).Where(i => chunk[i].SizeBytes < SharedFrom), i => entries[i] = TrySketch(chunk[i], 1), _cancellation);
            foreach (int i in Enumerable.Range(0, chunk.Length).Where(i => chunk[i].SizeBytes >= SharedFrom))
            {
                entries[i] = TrySketch(chunk[i], Environment.ProcessorCount);
            }

            Commit([.. entries.OfType<SpatialEntry>()]);
            start = end;
        }
    }

    private SpatialEntry? TrySketch(PendingAtom atom, int threads)
    {
        SpatialEntry? entry = null;
        Try(atom, () =>
        {
            using ByteSource content = _store.OpenAtom(atom.Hash);
            Sketch sketch = _sketcher.Compute(content, atom.Dtype, atom.Shape, threads, _cancellation);
            entry = Entry(atom, SpatialLevel.Tensor, SpatialRows.Whole, sketch);
        });
        Advance(atom, atom.SizeBytes);
        return entry;
    }

    private void SketchParts(SpatialLevel level, PendingAtom atom)
    {
        long rowsPerPart = RowsPerPart(level, atom.SizeBytes, atom.Shape, () => _headRows.Of(atom));
        if (rowsPerPart == 0)
        {
            _withoutHeads++;
            Advance(atom, atom.SizeBytes);
            return;
        }

        long rowBytes = atom.SizeBytes / atom.Shape.RowCount;
        Advance(atom, atom.RowsDone * rowBytes);
        Try(atom, () =>
        {
            using ByteSource content = _store.OpenAtom(atom.Hash);
            for (long row = atom.RowsDone; row < atom.Shape.RowCount;)
            {
                long rowsLeft = atom.Shape.RowCount - row;
                int parts = (int)Math.Min(PartsPerChunk, (rowsLeft + rowsPerPart - 1) / rowsPerPart);
                List<SpatialEntry>[] pieces = new List<SpatialEntry>[(parts + PartsPerPiece - 1) / PartsPerPiece];
                long first = row;
                ParallelWork.ForEach(
                    Enumerable.Range(0, pieces.Length),
                    piece => pieces[piece] = [.. PieceOf(content, level, atom, rowsPerPart, first + (piece * PartsPerPiece * rowsPerPart))],
                    _cancellation);
                Commit([.. pieces.SelectMany(piece => piece).Take(parts)]);
                long rows = Math.Min(rowsLeft, parts * rowsPerPart);
                row += rows;
                Advance(atom, rows * rowBytes);
            }
        });
    }

    private IEnumerable<SpatialEntry> PieceOf(ByteSource content, SpatialLevel level, PendingAtom atom, long rowsPerPart, long firstRow)
    {
        long row = firstRow;
        foreach (Sketch sketch in _sketcher.ComputeParts(
            content, atom.Dtype, atom.Shape, rowsPerPart, firstRow, PartsPerPiece, _cancellation))
        {
            long rows = Math.Min(rowsPerPart, atom.Shape.RowCount - row);
            yield return Entry(atom, level, new SpatialRows(atom.Shape.RowLength, row, rows), sketch);
            row += rows;
        }
    }

    private SpatialEntry Entry(PendingAtom atom, SpatialLevel level, SpatialRows rows, Sketch sketch)
    {
        SpatialEntry entry = new(atom.AtomId, level, atom.Dtype, rows, sketch, _projection.Project(sketch.Values.Span));
        lock (_gate)
        {
            _zero += sketch.IsZero ? 1 : 0;
            _nonFinite += sketch.NonFinite;
        }

        return entry;
    }

    private void Commit(IReadOnlyList<SpatialEntry> entries)
    {
        _cancellation.ThrowIfCancellationRequested();
        _store.Spatial.Write(_options.Space, entries);
        _sketches += entries.Count;
    }

    // A content that cannot be read is told of, and the others go on.
    private void Try(PendingAtom atom, Action work)
    {
        try
        {
            work();
            lock (_gate)
            {
                _contents++;
                _bytes += atom.SizeBytes;
            }
        }
        catch (Exception error) when (error is ModelFormatException or StoreException or IOException)
        {
            lock (_gate)
            {
                _failures.Add(new SpatializeFailure(atom.Tensor, error));
            }
        }
    }

    private void Advance(PendingAtom atom, long bytes)
    {
        lock (_gate)
        {
            _bytesDone += bytes;
            _progress?.Report(new OperationProgress($"{atom.Tensor.Model}: {atom.Tensor.Name}", _bytesDone, _bytesTotal));
        }
    }
}
