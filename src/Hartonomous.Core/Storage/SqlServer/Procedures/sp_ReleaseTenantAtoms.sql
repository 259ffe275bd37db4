-- Called by: the procedures that delete a model or a checkpoint, in their transaction, after the rows are gone and before counts are lowered.
-- Takes from the tenant what #Released, filled by sp_CollectAtoms, holds and nothing else of the tenant's reaches. Composed atoms before their
-- blocks: every pass goes one level deeper, until one finds nothing.
CREATE PROCEDURE dbo.sp_ReleaseTenantAtoms
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Atoms bigint, @Bytes bigint;

    CREATE TABLE #Dropped (AtomId bigint NOT NULL PRIMARY KEY);

    WHILE 1 = 1
    BEGIN
        DELETE FROM #Dropped;
        INSERT INTO #Dropped (AtomId)
        SELECT r.AtomId
        FROM #Released r
        JOIN dbo.TenantAtoms o ON o.TenantId = @TenantId AND o.AtomId = r.AtomId
        WHERE NOT EXISTS (SELECT 1 FROM dbo.TensorAtoms t WHERE t.AtomId = r.AtomId AND t.TenantId = @TenantId)
          AND NOT EXISTS (SELECT 1 FROM dbo.TensorFactors f WHERE f.AtomId = r.AtomId AND f.TenantId = @TenantId)
          AND NOT EXISTS (
            SELECT 1
            FROM dbo.RecipeSegments s
            JOIN dbo.ModelFiles f ON f.RecipeId = s.RecipeId
            WHERE s.AtomId = r.AtomId AND f.TenantId = @TenantId)
          AND NOT EXISTS (SELECT 1 FROM dbo.IngestionJobTensors t WHERE t.AtomId = r.AtomId AND t.TenantId = @TenantId)
          AND NOT EXISTS (
            SELECT 1
            FROM dbo.TensorAtomCoefficients c
            JOIN dbo.TenantAtoms p ON p.TenantId = @TenantId AND p.AtomId = c.AtomId
            WHERE c.BlockAtomId = r.AtomId);
        IF @@ROWCOUNT = 0
            BREAK;

        DELETE FROM dbo.TenantAtoms WHERE TenantId = @TenantId AND AtomId IN (SELECT d.AtomId FROM #Dropped d);
        SELECT @Atoms = COUNT_BIG(*), @Bytes = COALESCE(SUM(a.SizeBytes), 0)
        FROM #Dropped d
        JOIN dbo.Atoms a ON a.AtomId = d.AtomId
        WHERE a.BlockCount = 0;
        UPDATE dbo.Tenants SET AtomCount = AtomCount - @Atoms, ByteCount = ByteCount - @Bytes WHERE TenantId = @TenantId;
    END;
END;
GO
