-- Called by: whoever searches, to compare candidates.
-- Gives sketches, @EmbeddingIds being a JSON array of their keys: those of the tenant's atoms, or of any where an admin asks with no tenant.
CREATE PROCEDURE dbo.sp_ReadSketches
    @TenantId bigint,
    @EmbeddingIds nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin reads sketches of all tenants', 1;

    SELECT s.EmbeddingId, s.Sketch
    FROM OPENJSON(@EmbeddingIds) i
    JOIN dbo.EmbeddingSketches s ON s.EmbeddingId = CAST(i.value AS bigint)
    JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = s.EmbeddingId
    WHERE @TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId);
END;
GO
