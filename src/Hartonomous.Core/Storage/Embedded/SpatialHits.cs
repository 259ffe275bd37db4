using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Indexes;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The tensors that found sketches belong to.</summary>
internal static class SpatialHits
{
    private const string Columns =
        """
        SELECT t.TensorAtomId, m.Name AS Model, t.Name, t.Dtype, t.Shape, t.SizeBytes, t.FilePath, t.FileOffset, t.IsContiguous,
               t.IsBigEndian, t.LayerType, t.LayerIndex, t.Component, a.Hash, a.LastAccessedAt, x.Sha256 AS PrunedFrom, t.ModelId, n.Name AS Tenant
        """;

    private const string Joined =
        """
        JOIN Models m ON m.ModelId = t.ModelId JOIN Tenants n ON n.TenantId = m.TenantId JOIN Atoms a ON a.AtomId = t.AtomId
        LEFT JOIN PrunedTensors x ON x.TensorAtomId = t.TensorAtomId
        """;

    /// <summary>The tensors of the neighbours, nearest first; those of one content in the order of their import.</summary>
    public static IReadOnlyList<SpatialHit> Find(
        SqliteConnection connection, TenantScope scope, SpatialCatalog catalog, IReadOnlyList<Neighbor> neighbors, SpatialSearch search)
    {
        List<SpatialHit> hits = [];
        string condition = SpatialReach.Condition(scope, search.Filter);
        foreach (Neighbor neighbor in neighbors)
        {
            if (hits.Count >= search.Top)
            {
                break;
            }

            foreach (HitRow row in connection.Query<HitRow>(
                $"""
                {Columns}, e.RowLength, e.FirstRow, e.RowCount
                FROM AtomEmbeddings e JOIN TensorAtoms t ON t.AtomId = e.AtomId AND t.Dtype = e.Dtype {Joined}
                WHERE e.EmbeddingId = @id AND {condition} ORDER BY t.TensorAtomId
                """,
                new { id = catalog.EmbeddingIds[neighbor.Ordinal] }))
            {
                SpatialHit hit = row.ToHit(neighbor.Similarity, neighbor.Distance, catalog.Norms[neighbor.Ordinal]);
                bool isOfShape = hit.Rows.IsWhole || hit.Tensor.Info.Shape.RowLength == hit.Rows.RowLength;
                bool isSearched = hit.Tensor.TensorAtomId == search.ExceptTensorAtomId && (hit.Rows.IsWhole || hit.Rows.First == search.ExceptRow);
                if (isOfShape && !isSearched && hits.Count < search.Top)
                {
                    hits.Add(hit);
                }
            }
        }

        return hits;
    }

    /// <summary>The tensors of other models that have the content of one of a model's.</summary>
    public static IReadOnlyList<(long TensorAtomId, SpatialHit Twin)> Twins(SqliteConnection connection, TenantScope scope, long modelId) =>
        [.. connection.Query<HitRow>(
            $"""
            {Columns}, 0 AS RowLength, 0 AS FirstRow, 0 AS RowCount, o.TensorAtomId AS OwnId
            FROM TensorAtoms o JOIN TensorAtoms t ON t.AtomId = o.AtomId AND t.ModelId <> o.ModelId {Joined}
            WHERE o.ModelId = @modelId AND {SpatialReach.Condition(scope, SpatialFilter.None)} ORDER BY o.Ordinal, t.TensorAtomId
            """,
            new { modelId }).Select(row => (row.OwnId, row.ToHit(1, 0, 0)))];

    /// <summary>A tensor by its key or its content.</summary>
    public static SpatialHit? FindTensor(SqliteConnection connection, TenantScope scope, long? tensorAtomId, ContentHash? hash) =>
        connection.QueryFirstOrDefault<HitRow>(
            $"""
            {Columns}, 0 AS RowLength, 0 AS FirstRow, 0 AS RowCount
            FROM TensorAtoms t {Joined}
            WHERE {(hash is null ? "t.TensorAtomId = @tensorAtomId" : "a.Hash = @hash")} AND {SpatialReach.Condition(scope, SpatialFilter.None)}
            ORDER BY t.TensorAtomId
            """,
            new { tensorAtomId, hash })?.ToHit(1, 0, 0);

    private sealed record HitRow : TensorRow
    {
        public required long ModelId { get; init; }

        public required string Tenant { get; init; }

        public required long RowLength { get; init; }

        public required long FirstRow { get; init; }

        public required long RowCount { get; init; }

        public long OwnId { get; init; }

        public SpatialHit ToHit(float similarity, double distance, double norm) =>
            new(ToTensor(), Tenant, ModelId, new SpatialRows(RowLength, FirstRow, RowCount), similarity, distance, norm);
    }
}
