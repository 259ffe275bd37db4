-- Sketches as vectors, where the server has the type: exact cosine distance is then computed beside the data. Of the default dimension, 1998, the
-- most the type has; sketches of others stay without.
IF COL_LENGTH(N'dbo.EmbeddingSketches', N'SketchVector') IS NULL
    EXEC sys.sp_executesql N'ALTER TABLE dbo.EmbeddingSketches ADD SketchVector vector(1998) NULL;';
GO

DROP PROCEDURE IF EXISTS dbo.sp_FindSimilarVectors;
GO

DROP PROCEDURE IF EXISTS dbo.sp_ListMissingVectors;
GO

DROP PROCEDURE IF EXISTS dbo.sp_FillVectors;
GO

-- Called by: Find-HartSimilarAtom, hart find, with the strategy Exact.
-- Tells whether all sketches of a projection's keys are there as vectors, 1 or 0; then gives the @Top embeddings of a tenant's atoms nearest to a
-- sketch, given as JSON, by cosine distance.
EXEC sys.sp_executesql N'
CREATE PROCEDURE dbo.sp_FindSimilarVectors
    @TenantId bigint,
    @ProjectionConfigId int,
    @Level nvarchar(20),
    @Sketch nvarchar(max),
    @Top int = 10
AS
BEGIN
    SET NOCOUNT ON;

    DECLARE @Query vector(1998) = CAST(@Sketch AS vector(1998)), @IsComplete int = 1;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N''STORE_PERMISSION|all tenants|only a member of hart_admin searches atoms of all tenants'', 1;

    IF EXISTS (
        SELECT 1
        FROM dbo.SpatialKeys k
        JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
        JOIN dbo.EmbeddingSketches s ON s.EmbeddingId = k.EmbeddingId
        WHERE k.ProjectionConfigId = @ProjectionConfigId AND e.Level = @Level AND s.SketchVector IS NULL
          AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId)))
        SET @IsComplete = 0;
    SELECT @IsComplete AS IsComplete;
    IF @IsComplete = 0
        RETURN;

    SELECT TOP (@Top) k.EmbeddingId, CAST(VECTOR_DISTANCE(''cosine'', s.SketchVector, @Query) AS float) AS Distance
    FROM dbo.SpatialKeys k
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
    JOIN dbo.EmbeddingSketches s ON s.EmbeddingId = k.EmbeddingId
    WHERE k.ProjectionConfigId = @ProjectionConfigId AND e.Level = @Level
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
    ORDER BY Distance, k.EmbeddingId;
END;';
GO

-- Called by: Invoke-HartSpatialize, hart spatialize, when they have written sketches, until it answers nothing.
-- Gives the next sketches of a tenant's atoms, or of any where an admin asks with no tenant, that are not there as vectors yet.
EXEC sys.sp_executesql N'
CREATE PROCEDURE dbo.sp_ListMissingVectors
    @TenantId bigint,
    @Top int
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N''STORE_PERMISSION|all tenants|only a member of hart_admin reads sketches of all tenants'', 1;

    SELECT TOP (@Top) s.EmbeddingId, s.Sketch
    FROM dbo.EmbeddingSketches s
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = s.EmbeddingId
    JOIN dbo.SketchConfig c ON c.SketchConfigId = e.SketchConfigId
    WHERE s.SketchVector IS NULL AND c.Dimension = 1998
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
    ORDER BY s.EmbeddingId;
END;';
GO

-- Called by: Invoke-HartSpatialize, hart spatialize, with what sp_ListMissingVectors gave.
-- Stores vectors: @Vectors is JSON, [[embedding, the vector as JSON text], ...], of the tenant's atoms.
EXEC sys.sp_executesql N'
CREATE PROCEDURE dbo.sp_FillVectors
    @TenantId bigint,
    @Vectors nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N''STORE_PERMISSION|all tenants|only a member of hart_admin writes sketches of all tenants'', 1;

    UPDATE s
    SET SketchVector = CAST(v.Vector AS vector(1998))
    FROM dbo.EmbeddingSketches s
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = s.EmbeddingId
    JOIN OPENJSON(@Vectors) WITH (EmbeddingId bigint ''$[0]'', Vector nvarchar(max) ''$[1]'') v ON v.EmbeddingId = s.EmbeddingId
    WHERE s.SketchVector IS NULL
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId));
END;';
GO

GRANT EXECUTE ON dbo.sp_FindSimilarVectors TO hart_reader;
GRANT EXECUTE ON dbo.sp_FindSimilarVectors TO hart_ingest;
GRANT EXECUTE ON dbo.sp_FindSimilarVectors TO hart_admin;
GRANT EXECUTE ON dbo.sp_ListMissingVectors TO hart_ingest;
GRANT EXECUTE ON dbo.sp_ListMissingVectors TO hart_admin;
GRANT EXECUTE ON dbo.sp_FillVectors TO hart_ingest;
GRANT EXECUTE ON dbo.sp_FillVectors TO hart_admin;
GO
