-- Called by: whoever reads an atom's content.
-- Gives an atom of the tenant's, or of any where an admin asks with no tenant, and the payloads it is composed of, in order. A block may itself
-- be a tensor that came in by itself and was cut finer: the parts are followed down to payloads.
CREATE PROCEDURE dbo.sp_GetAtomParts
    @TenantId bigint,
    @Hash binary(32)
AS
BEGIN
    SET NOCOUNT ON;

    DECLARE @AtomId bigint, @SizeBytes bigint;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin reads contents of all tenants', 1;

    SELECT @AtomId = a.AtomId, @SizeBytes = a.SizeBytes
    FROM dbo.Atoms a
    WHERE a.Hash = @Hash
      AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId));

    SELECT @AtomId AS AtomId, @SizeBytes AS SizeBytes;

    WITH Parts (AtomId, ByteOffset) AS (
        SELECT @AtomId, CAST(0 AS bigint)
        UNION ALL
        SELECT c.BlockAtomId, p.ByteOffset + c.ByteOffset
        FROM Parts p
        JOIN dbo.TensorAtomCoefficients c ON c.AtomId = p.AtomId)
    SELECT a.AtomId, a.Hash, p.ByteOffset, a.SizeBytes
    FROM Parts p
    JOIN dbo.Atoms a ON a.AtomId = p.AtomId
    WHERE a.PayloadId IS NOT NULL
    ORDER BY p.ByteOffset
    OPTION (MAXRECURSION 0);
END;
GO
