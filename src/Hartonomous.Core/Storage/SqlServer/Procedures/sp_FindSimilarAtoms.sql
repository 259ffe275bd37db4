-- Called by: Find-HartSimilarAtom, hart find; and by people, for who sits near a point of the box.
-- Gives the @Top embeddings of a tenant's atoms (of any where an admin asks with no tenant) that lie nearest to a point, of those whose Hilbert
-- value lies in one of the ranges. @Ranges is JSON, [[first, last], ...], inclusive: what the core computes to cover the ball around the point.
-- With no ranges all are looked at. Distance is that in the box; the caller ranks the sketches behind it by their cosine.
CREATE PROCEDURE dbo.sp_FindSimilarAtoms
    @TenantId bigint,
    @ProjectionConfigId int,
    @X float,
    @Y float,
    @Z float,
    @Ranges nvarchar(max) = NULL,
    @Top int = 100
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin searches atoms of all tenants', 1;

    CREATE TABLE #Ranges (FirstIndex bigint NOT NULL, LastIndex bigint NOT NULL);
    IF @Ranges IS NULL
        INSERT INTO #Ranges (FirstIndex, LastIndex) VALUES (CAST(0 AS bigint), 9223372036854775807);
    ELSE
        INSERT INTO #Ranges (FirstIndex, LastIndex)
        SELECT r.FirstIndex, r.LastIndex FROM OPENJSON(@Ranges) WITH (FirstIndex bigint '$[0]', LastIndex bigint '$[1]') r;

    SELECT TOP (@Top)
        e.EmbeddingId, e.AtomId, a.Hash, k.X, k.Y, k.Z, k.HilbertIndex,
        SQRT((k.X - @X) * (k.X - @X) + (k.Y - @Y) * (k.Y - @Y) + (k.Z - @Z) * (k.Z - @Z)) AS Distance,
        s.Sketch
    FROM #Ranges r
    JOIN dbo.SpatialKeys k ON k.ProjectionConfigId = @ProjectionConfigId AND k.HilbertIndex >= r.FirstIndex AND k.HilbertIndex <= r.LastIndex
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
    JOIN dbo.Atoms a ON a.AtomId = e.AtomId
    LEFT JOIN dbo.EmbeddingSketches s ON s.EmbeddingId = e.EmbeddingId
    WHERE @TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId)
    ORDER BY SQRT((k.X - @X) * (k.X - @X) + (k.Y - @Y) * (k.Y - @Y) + (k.Z - @Z) * (k.Z - @Z)), e.EmbeddingId;
END;
GO
