using System.Runtime.InteropServices;
using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage.Embedded.Maintenance;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The sketches and keys of an embedded store.</summary>
internal sealed class EmbeddedSpatial(StoreDatabase database, TenantScope scope, SpatialCache cache) : ISpatialStore
{
    /// <summary>Where a filter leaves no more than these, all are compared.</summary>
    private const int FewEnoughForAll = 4096;

    /// <summary>How far the norms of contents of one constant value may differ, by the rounding of sums.</summary>
    private const double ConstantTolerance = 1e-6;

    /// <summary>Sketches of constants of one length have a cosine of 1, or of -1 where their signs differ.</summary>
    private const float SameSign = 0.5f;

    /// <inheritdoc/>
    public IReadOnlyList<StoredSpace> ListSpaces(bool withCounts = false)
    {
        using SqliteConnection connection = database.Connect();
        return SpatialConfigs.List(connection, withCounts);
    }

    /// <inheritdoc/>
    public IReadOnlyList<PendingAtom> ListPending(
        SketchConfig sketch, SpatialLevel level, IReadOnlyCollection<long>? modelIds, PendingAtom? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        using SqliteConnection connection = database.Connect();
        return [.. SpatialPending.List(connection, scope, sketch, level, new SpatialFilter { ModelIds = modelIds }, after, limit)];
    }

    /// <inheritdoc/>
    public (long Atoms, long Bytes) CountPending(SketchConfig sketch, SpatialLevel level, IReadOnlyCollection<long>? modelIds)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        using SqliteConnection connection = database.Connect();
        (long atoms, long bytes) = (0, 0);
        foreach (PendingAtom atom in SpatialPending.List(
            connection, scope, sketch, level, new SpatialFilter { ModelIds = modelIds }, null, int.MaxValue))
        {
            atoms++;
            bytes += atom.SizeBytes;
        }

        return (atoms, bytes);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long EmbeddingId, Sketch Sketch)> ListUnprojected(SpatialSpace space, long after, int limit)
    {
        ArgumentNullException.ThrowIfNull(space);
        using SqliteConnection connection = database.Connect();
        if (SpatialConfigs.Find(connection, space.Sketch) is not { } sketchId)
        {
            return [];
        }

        long projectionId = SpatialConfigs.Find(connection, space)?.Projection ?? 0;
        return [.. connection.Query<SketchRow>(
            $"""
            {SketchRow.Columns}
            WHERE e.SketchConfigId = @sketchId AND e.EmbeddingId > @after AND NOT EXISTS (
                SELECT 1 FROM SpatialKeys k WHERE k.EmbeddingId = e.EmbeddingId AND k.ProjectionConfigId = @projectionId)
            ORDER BY e.EmbeddingId LIMIT @limit
            """,
            new { sketchId, projectionId, after, limit }).Select(row => (row.EmbeddingId, row.ToSketch(space.Sketch)))];
    }

    /// <inheritdoc/>
    public void Write(SpatialSpace space, IReadOnlyList<SpatialEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(entries);
        StoreFaults.Guard(database.FilePath, () => database.Write(connection =>
        {
            using SpatialWriter writer = new(connection, space);
            writer.Write(entries);
            return entries.Count;
        }));
    }

    /// <inheritdoc/>
    public void WriteKeys(SpatialSpace space, IReadOnlyList<(long EmbeddingId, SpatialPoint Point)> keys)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(keys);
        StoreFaults.Guard(database.FilePath, () => database.Write(connection =>
        {
            using SpatialWriter writer = new(connection, space);
            writer.WriteKeys(keys);
            return keys.Count;
        }));
    }

    /// <inheritdoc/>
    public void BeginBulk(long keys) => database.Write(connection =>
    {
        SpatialWriter.BeginBulk(connection, keys);
        return keys;
    });

    /// <inheritdoc/>
    public void BuildIndexes(Action<long>? advance = null, CancellationToken cancellation = default)
    {
        using SqliteConnection connection = database.Connect();
        StoreFaults.Guard(database.FilePath, () => SpatialWriter.BuildIndexes(connection, advance, cancellation));
    }

    /// <inheritdoc/>
    public Sketch? FindSketch(SketchConfig sketch, SpatialLevel level, ContentHash hash, TensorDtype dtype, SpatialRows rows)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        using SqliteConnection connection = database.Connect();
        return connection.QuerySingleOrDefault<SketchRow>(
            $"""
            {SketchRow.Columns} JOIN Atoms a ON a.AtomId = e.AtomId JOIN SketchConfig c ON c.SketchConfigId = e.SketchConfigId
            WHERE a.Hash = @hash AND c.Identity = @Id AND e.Level = @level AND e.Dtype = @dtype AND e.RowLength = @RowLength AND e.FirstRow = @First
                  AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
            """,
            new { hash, sketch.Id, level = level.ToString(), dtype = dtype.ToString(), rows.RowLength, rows.First, scope.TenantId })
            ?.ToSketch(sketch);
    }

    /// <inheritdoc/>
    public SpatialAnswer Search(SpatialSpace space, SpatialLevel level, SpatialSearch search)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(search);
        if (search.Sketch.Config != space.Sketch)
        {
            throw new ArgumentException($"The sketch is of '{search.Sketch.Config}', the space of '{space.Sketch}'.", nameof(search));
        }

        (SpatialCatalog catalog, SpatialReach reach) = cache.Open(scope, space, level, search.Filter);
        Sketch sketch = search.Sketch;
        NeighborQuery query = new()
        {
            // The searched tensor may be among them, and is left out.
            Top = search.Top + (search.ExceptTensorAtomId is null ? 0 : 1),
            MinSimilarity = sketch.IsConstant ? Math.Max(search.MinSimilarity, SameSign) : search.MinSimilarity,
            Radius = search.Radius,
            MaxCandidates = search.MaxCandidates,
            Cancellation = search.Cancellation,
            Filter = sketch.IsConstant ? IsSameConstant : ordinal => reach.IsAllowed[ordinal] && !catalog.IsConstant[ordinal],
        };
        NeighborIndex index = catalog.Index(search.Strategy);
        NeighborResult result = sketch.IsConstant || (search.Strategy == NeighborIndex.Default && reach.Count <= FewEnoughForAll)
            ? index.SearchAmong(sketch.Values.Span, query, Allowed())
            : index.Search(sketch.Values.Span, query);
        using SqliteConnection connection = database.Connect();
        return new SpatialAnswer(
            SpatialHits.Find(connection, scope, catalog, result.Neighbors, search), result.Candidates, result.Certainty, reach.Count, reach.Pending);

        // All constants of one length and sign have one sketch: only the same number is a relative.
        bool IsSameConstant(int ordinal) =>
            reach.IsAllowed[ordinal] && catalog.IsConstant[ordinal] && catalog.ValueCounts[ordinal] == sketch.Count &&
            Math.Abs(catalog.Norms[ordinal] - sketch.Norm) <= ConstantTolerance * sketch.Norm;

        IEnumerable<int> Allowed()
        {
            for (int ordinal = 0; ordinal < reach.IsAllowed.Length; ordinal++)
            {
                if (reach.IsAllowed[ordinal])
                {
                    yield return ordinal;
                }
            }
        }
    }

    /// <inheritdoc/>
    public ISketchSource OpenSketches(SpatialSpace space, SpatialLevel level, SpatialFilter filter)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(filter);
        (SpatialCatalog catalog, SpatialReach reach) = cache.Open(scope, space, level, filter);
        int[] ordinals = [.. Enumerable.Range(0, reach.IsAllowed.Length).Where(ordinal => reach.IsAllowed[ordinal])];
        return new Selection(catalog.Sketches, ordinals);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long TensorAtomId, SpatialHit Twin)> ListTwins(long modelId)
    {
        using SqliteConnection connection = database.Connect();
        return SpatialHits.Twins(connection, scope, modelId);
    }

    /// <inheritdoc/>
    public SpatialHit? FindTensor(long? tensorAtomId, ContentHash? hash)
    {
        using SqliteConnection connection = database.Connect();
        return SpatialHits.FindTensor(connection, scope, tensorAtomId, hash);
    }

    private sealed class Selection(ISketchSource all, int[] ordinals) : ISketchSource
    {
        public int Count => ordinals.Length;

        public int Dimension => all.Dimension;

        public ReadOnlySpan<float> Read(int ordinal, Span<float> buffer) => all.Read(ordinals[ordinal], buffer);
    }

    private sealed record SketchRow
    {
        public const string Columns =
            """
            SELECT e.EmbeddingId, s.Sketch, e.Norm, e.ValueCount, e.NonFiniteCount, e.IsConstant
            FROM AtomEmbeddings e LEFT JOIN EmbeddingSketches s ON s.EmbeddingId = e.EmbeddingId
            """;

        public required long EmbeddingId { get; init; }

        public byte[]? Sketch { get; init; }

        public required double Norm { get; init; }

        public required long ValueCount { get; init; }

        public required long NonFiniteCount { get; init; }

        public required bool IsConstant { get; init; }

        public Sketch ToSketch(SketchConfig config) => Spatial.Sketches.Sketch.FromValues(
            config,
            Sketch is null ? new float[config.Dimension] : MemoryMarshal.Cast<byte, float>(Sketch).ToArray(),
            Norm,
            ValueCount,
            NonFiniteCount,
            IsConstant);
    }
}
