-- Called by: the first search of a process, and the first after something has changed.
-- Gives what searches hold in memory of a tenant's sketches, or of all where an admin asks with no tenant: keys, points, signatures.
CREATE PROCEDURE dbo.sp_LoadSpatialKeys
    @TenantId bigint,
    @ProjectionConfigId int,
    @Level nvarchar(20)
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin searches atoms of all tenants', 1;

    SELECT k.EmbeddingId, e.AtomId, k.X, k.Y, k.Z, e.Norm, e.ValueCount, e.IsConstant, e.Signature
    FROM dbo.SpatialKeys k
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
    WHERE k.ProjectionConfigId = @ProjectionConfigId AND e.Level = @Level
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
    ORDER BY k.EmbeddingId;
END;
GO
