-- Called by: sp_AtomizeModel_Governed, sp_PutFactors and sp_RecordFactored, in their transaction.
-- Records the atoms of the caller's table #Charged (AtomId bigint PRIMARY KEY, Depth int), at depth 0, with all they are composed of, as the
-- tenant's, and counts those that have bytes of their own against it.
CREATE PROCEDURE dbo.sp_ChargeTenant
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Depth int = 0, @Added int = 1, @Atoms bigint, @Bytes bigint;

    -- What the tenant has already, it has with its blocks.
    DELETE FROM #Charged
    WHERE EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = #Charged.AtomId);

    WHILE @Added > 0
    BEGIN
        INSERT INTO #Charged (AtomId, Depth)
        SELECT DISTINCT c.BlockAtomId, @Depth + 1
        FROM #Charged p
        JOIN dbo.TensorAtomCoefficients c ON c.AtomId = p.AtomId
        WHERE p.Depth = @Depth
          AND NOT EXISTS (SELECT 1 FROM #Charged k WHERE k.AtomId = c.BlockAtomId)
          AND NOT EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = c.BlockAtomId);
        SET @Added = @@ROWCOUNT;
        SET @Depth = @Depth + 1;
    END;

    INSERT INTO dbo.TenantAtoms (TenantId, AtomId)
    SELECT @TenantId, c.AtomId
    FROM #Charged c
    ORDER BY c.AtomId;

    SELECT @Atoms = COUNT_BIG(*), @Bytes = COALESCE(SUM(a.SizeBytes), 0)
    FROM #Charged c
    JOIN dbo.Atoms a ON a.AtomId = c.AtomId
    WHERE a.BlockCount = 0;
    UPDATE dbo.Tenants SET AtomCount = AtomCount + @Atoms, ByteCount = ByteCount + @Bytes WHERE TenantId = @TenantId;
END;
GO
