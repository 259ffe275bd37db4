-- Called by: Invoke-HartSpatialize, hart spatialize, for a projection of sketches that are there.
-- Stores the keys that the caller's table #Keys holds, which has the columns of SpatialKeys, of embeddings that are there.
CREATE PROCEDURE dbo.sp_WriteSpatialKeys
    @TenantId bigint,
    @ProjectionConfigId int
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin writes keys of all tenants', 1;

    BEGIN TRANSACTION;

    INSERT INTO dbo.SpatialKeys (EmbeddingId, ProjectionConfigId, X, Y, Z, HilbertIndex, MortonIndex, Morton2DIndex)
    SELECT e.EmbeddingId, @ProjectionConfigId, n.X, n.Y, n.Z, n.HilbertIndex, n.MortonIndex, n.Morton2DIndex
    FROM #Keys n
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = n.EmbeddingId
    WHERE (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
      AND NOT EXISTS (
        SELECT 1
        FROM dbo.SpatialKeys k WITH (UPDLOCK, SERIALIZABLE)
        WHERE k.EmbeddingId = n.EmbeddingId AND k.ProjectionConfigId = @ProjectionConfigId)
    ORDER BY e.EmbeddingId;

    UPDATE dbo.SpatialState SET Changes = Changes + 1 WHERE Id = 1;
    COMMIT TRANSACTION;
END;
GO
