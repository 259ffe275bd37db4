-- Called by: whoever reads an atom's content, with keys from sp_GetAtomParts.
-- Gives payloads, @AtomIds being a JSON array of atoms' keys: those of the tenant's, or of any where an admin asks with no tenant.
CREATE PROCEDURE dbo.sp_ReadPayloads
    @TenantId bigint,
    @AtomIds nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin reads contents of all tenants', 1;

    SELECT a.AtomId, p.Codec, p.Content
    FROM OPENJSON(@AtomIds) i
    JOIN dbo.Atoms a ON a.AtomId = CAST(i.value AS bigint)
    JOIN dbo.AtomPayloads p ON p.PayloadId = a.PayloadId
    WHERE @TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId);
END;
GO
