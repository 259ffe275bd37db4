-- Called by: whoever reads an atom's content.
-- Gives an atom of the tenant's, or of any where an admin asks with no tenant, and the payloads it is composed of, in order. A block may itself
-- be a tensor that came in by itself and was cut finer: the parts are followed down to payloads, and to atoms that come from factors. Where the
-- atom itself does, a third list says how it is made: its layout, and the hashes of factors and base.
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
        JOIN dbo.TensorAtomCoefficients c ON c.AtomId = p.AtomId
        WHERE NOT EXISTS (SELECT 1 FROM dbo.SVDComponents v WHERE v.AtomId = p.AtomId))
    SELECT a.AtomId, a.Hash, p.ByteOffset, a.SizeBytes, CASE WHEN v.AtomId IS NULL THEN 0 ELSE 1 END AS IsFactored
    FROM Parts p
    JOIN dbo.Atoms a ON a.AtomId = p.AtomId
    LEFT JOIN dbo.SVDComponents v ON v.AtomId = a.AtomId
    WHERE a.PayloadId IS NOT NULL OR v.AtomId IS NOT NULL
    ORDER BY p.ByteOffset
    OPTION (MAXRECURSION 0);

    SELECT v.Dtype, v.[RowCount], v.ColumnCount, v.Rank, v.FactorDtype, v.BaseDtype, l.Hash AS LeftHash, r.Hash AS RightHash, b.Hash AS BaseHash
    FROM dbo.SVDComponents v
    JOIN dbo.TensorAtomCoefficients cl ON cl.AtomId = v.AtomId AND cl.Ordinal = 0
    JOIN dbo.Atoms l ON l.AtomId = cl.BlockAtomId
    JOIN dbo.TensorAtomCoefficients cr ON cr.AtomId = v.AtomId AND cr.Ordinal = 1
    JOIN dbo.Atoms r ON r.AtomId = cr.BlockAtomId
    LEFT JOIN dbo.TensorAtomCoefficients cb ON cb.AtomId = v.AtomId AND cb.Ordinal = 2
    LEFT JOIN dbo.Atoms b ON b.AtomId = cb.BlockAtomId
    WHERE v.AtomId = @AtomId;
END;
GO
