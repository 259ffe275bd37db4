-- Called by: Find-HartSimilarAtom, Get-HartLineage, hart find, hart lineage.
-- Gives the sketch of a content of the tenant's, or of any where an admin asks with no tenant, or of rows of it.
CREATE PROCEDURE dbo.sp_FindSketch
    @TenantId bigint,
    @SketchIdentity binary(32),
    @Level nvarchar(20),
    @Hash binary(32),
    @Dtype nvarchar(30),
    @RowLength bigint,
    @FirstRow bigint
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin reads sketches of all tenants', 1;

    SELECT e.EmbeddingId, s.Sketch, e.Norm, e.ValueCount, e.NonFiniteCount, e.IsConstant
    FROM dbo.AtomEmbeddings e
    JOIN dbo.Atoms a ON a.AtomId = e.AtomId
    JOIN dbo.SketchConfig c ON c.SketchConfigId = e.SketchConfigId
    LEFT JOIN dbo.EmbeddingSketches s ON s.EmbeddingId = e.EmbeddingId
    WHERE a.Hash = @Hash AND c.[Identity] = @SketchIdentity AND e.Level = @Level AND e.Dtype = @Dtype AND e.RowLength = @RowLength
      AND e.FirstRow = @FirstRow
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId));
END;
GO
