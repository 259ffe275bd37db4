-- Sketches as vectors, where the server has the type: exact cosine distance is then computed beside the data. 1998 dimensions, the most the type has.
IF COL_LENGTH(N'dbo.EmbeddingSketches', N'SketchVector') IS NULL
    EXEC sys.sp_executesql N'ALTER TABLE dbo.EmbeddingSketches ADD SketchVector vector(1998) NULL;';
GO

DROP PROCEDURE IF EXISTS dbo.sp_FindSimilarVectors;
GO

-- Called by: Find-HartSimilarAtom with the strategy Exact, where the server has vectors.
-- Gives the @Top embeddings of a tenant's atoms nearest to a sketch, given as JSON, by cosine distance.
EXEC sys.sp_executesql N'
CREATE PROCEDURE dbo.sp_FindSimilarVectors
    @TenantId bigint,
    @SketchConfigId int,
    @Sketch nvarchar(max),
    @Top int = 10
AS
BEGIN
    SET NOCOUNT ON;

    DECLARE @Query vector(1998) = CAST(@Sketch AS vector(1998));

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N''STORE_PERMISSION|all tenants|only a member of hart_admin searches atoms of all tenants'', 1;

    SELECT TOP (@Top) e.EmbeddingId, e.AtomId, a.Hash, VECTOR_DISTANCE(''cosine'', s.SketchVector, @Query) AS Distance
    FROM dbo.EmbeddingSketches s
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = s.EmbeddingId
    JOIN dbo.Atoms a ON a.AtomId = e.AtomId
    WHERE e.SketchConfigId = @SketchConfigId AND s.SketchVector IS NOT NULL
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
    ORDER BY Distance, e.EmbeddingId;
END;';
GO

GRANT EXECUTE ON dbo.sp_FindSimilarVectors TO hart_reader;
GO

GRANT EXECUTE ON dbo.sp_FindSimilarVectors TO hart_ingest;
GO

GRANT EXECUTE ON dbo.sp_FindSimilarVectors TO hart_admin;
GO
