-- Called by: Find-HartSimilarAtom, hart find, with a strategy of curves; and by people, for who sits near a point of the box.
-- Gives the @Top embeddings of a tenant's atoms (of any where an admin asks with no tenant) that lie nearest to a point and within @Radius of it,
-- of those whose position on a curve lies in one of the ranges. @Ranges is JSON, [[first, last], ...], inclusive: what the core computes to cover
-- the ball around the point. With no ranges all are looked at. @Curve is Hilbert3D, Morton3D or Morton2D; of the last, distances leave Z out.
-- Distance is that in the box; the caller ranks the sketches behind it by their cosine.
CREATE PROCEDURE dbo.sp_FindSimilarAtoms
    @TenantId bigint,
    @ProjectionConfigId int,
    @X float,
    @Y float,
    @Z float,
    @Ranges nvarchar(max) = NULL,
    @Top int = 100,
    @Radius float = NULL,
    @Level nvarchar(20) = N'Tensor',
    @Curve nvarchar(20) = N'Hilbert3D'
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin searches atoms of all tenants', 1;

    CREATE TABLE #Ranges (FirstIndex bigint NOT NULL, LastIndex bigint NOT NULL);
    CREATE TABLE #Near (EmbeddingId bigint NOT NULL PRIMARY KEY, Distance float NOT NULL);
    IF @Ranges IS NULL
        INSERT INTO #Ranges (FirstIndex, LastIndex) VALUES (CAST(0 AS bigint), 9223372036854775807);
    ELSE
        INSERT INTO #Ranges (FirstIndex, LastIndex)
        SELECT r.FirstIndex, r.LastIndex FROM OPENJSON(@Ranges) WITH (FirstIndex bigint '$[0]', LastIndex bigint '$[1]') r;

    IF @Curve = N'Hilbert3D'
        INSERT INTO #Near (EmbeddingId, Distance)
        SELECT k.EmbeddingId, SQRT((k.X - @X) * (k.X - @X) + (k.Y - @Y) * (k.Y - @Y) + (k.Z - @Z) * (k.Z - @Z))
        FROM #Ranges r
        JOIN dbo.SpatialKeys k ON k.ProjectionConfigId = @ProjectionConfigId AND k.HilbertIndex >= r.FirstIndex AND k.HilbertIndex <= r.LastIndex;
    ELSE IF @Curve = N'Morton3D'
        INSERT INTO #Near (EmbeddingId, Distance)
        SELECT k.EmbeddingId, SQRT((k.X - @X) * (k.X - @X) + (k.Y - @Y) * (k.Y - @Y) + (k.Z - @Z) * (k.Z - @Z))
        FROM #Ranges r
        JOIN dbo.SpatialKeys k ON k.ProjectionConfigId = @ProjectionConfigId AND k.MortonIndex >= r.FirstIndex AND k.MortonIndex <= r.LastIndex;
    ELSE
        INSERT INTO #Near (EmbeddingId, Distance)
        SELECT k.EmbeddingId, SQRT((k.X - @X) * (k.X - @X) + (k.Y - @Y) * (k.Y - @Y))
        FROM #Ranges r
        JOIN dbo.SpatialKeys k ON k.ProjectionConfigId = @ProjectionConfigId AND k.Morton2DIndex >= r.FirstIndex AND k.Morton2DIndex <= r.LastIndex;

    SELECT TOP (@Top) e.EmbeddingId, n.Distance, e.AtomId, a.Hash
    FROM #Near n
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = n.EmbeddingId
    JOIN dbo.Atoms a ON a.AtomId = e.AtomId
    WHERE e.Level = @Level AND (@Radius IS NULL OR n.Distance <= @Radius)
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
    ORDER BY n.Distance, e.EmbeddingId;
END;
GO
