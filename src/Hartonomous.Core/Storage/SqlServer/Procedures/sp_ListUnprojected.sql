-- Called by: Invoke-HartSpatialize, hart spatialize.
-- Gives the next @Limit sketches, by their key, of the tenant's atoms (of all where an admin asks with no tenant) without a key in a projection.
CREATE PROCEDURE dbo.sp_ListUnprojected
    @TenantId bigint,
    @SketchConfigId int,
    @ProjectionConfigId int,
    @After bigint,
    @Limit int
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin reads sketches of all tenants', 1;

    SELECT TOP (@Limit) e.EmbeddingId, s.Sketch, e.Norm, e.ValueCount, e.NonFiniteCount, e.IsConstant
    FROM dbo.AtomEmbeddings e
    LEFT JOIN dbo.EmbeddingSketches s ON s.EmbeddingId = e.EmbeddingId
    WHERE e.SketchConfigId = @SketchConfigId AND e.EmbeddingId > @After
      AND NOT EXISTS (SELECT 1 FROM dbo.SpatialKeys k WHERE k.EmbeddingId = e.EmbeddingId AND k.ProjectionConfigId = @ProjectionConfigId)
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
    ORDER BY e.EmbeddingId;
END;
GO
