-- Called by: an admin's own maintenance jobs on the server.
-- Deletes atoms that nothing refers to and that nobody has used since @UnusedSince (all of them where it is null), in batches of @BatchSize, each
-- a transaction below the 5,000 locks at which the server would lock whole tables, until none is left or @MaxSeconds are over. Nothing that a
-- model, a job or a tenant has is ever deleted. With @DryRun 1 it tells what it would delete.
CREATE PROCEDURE dbo.sp_PruneAtoms
    @UnusedSince datetime2(3) = NULL,
    @BatchSize int = 1000,
    @MaxSeconds int = 3600,
    @DryRun bit = 0
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Begun datetime2(3) = SYSUTCDATETIME(), @Atoms bigint = 0, @Bytes bigint = 0, @Deleted bigint = 1, @Batches int = 0;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin prunes it', 1;
    IF @BatchSize < 1 OR @BatchSize > 2000
        THROW 51000, N'STORE_INVALID|@BatchSize|1 to 2000 atoms are deleted at a time', 1;

    IF @DryRun = 1
    BEGIN
        SELECT COUNT_BIG(*) AS Atoms, CAST(COALESCE(SUM(a.SizeBytes), 0) AS bigint) AS Bytes, 0 AS Batches
        FROM dbo.Atoms a
        WHERE a.ReferenceCount = 0 AND (@UnusedSince IS NULL OR a.LastAccessedAt < @UnusedSince)
          AND NOT EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.AtomId = a.AtomId);
        RETURN;
    END;

    CREATE TABLE #Batch (AtomId bigint NOT NULL PRIMARY KEY, PayloadId bigint NULL, SizeBytes bigint NOT NULL);
    WHILE @Deleted > 0 AND DATEDIFF(second, @Begun, SYSUTCDATETIME()) < @MaxSeconds
    BEGIN
        DELETE FROM #Batch;
        BEGIN TRANSACTION;
        INSERT INTO #Batch (AtomId, PayloadId, SizeBytes)
        SELECT TOP (@BatchSize) a.AtomId, a.PayloadId, a.SizeBytes
        FROM dbo.Atoms a WITH (UPDLOCK, READPAST, ROWLOCK)
        WHERE a.ReferenceCount = 0 AND (@UnusedSince IS NULL OR a.LastAccessedAt < @UnusedSince)
          AND NOT EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.AtomId = a.AtomId)
        ORDER BY a.AtomId;
        DELETE FROM dbo.Atoms WHERE ReferenceCount = 0 AND AtomId IN (SELECT b.AtomId FROM #Batch b);
        SET @Deleted = @@ROWCOUNT;
        DELETE FROM #Batch WHERE EXISTS (SELECT 1 FROM dbo.Atoms a WHERE a.AtomId = #Batch.AtomId);
        DELETE FROM dbo.AtomPayloads WHERE PayloadId IN (SELECT b.PayloadId FROM #Batch b WHERE b.PayloadId IS NOT NULL);
        COMMIT TRANSACTION;

        SELECT @Atoms = @Atoms + COUNT_BIG(*), @Bytes = @Bytes + COALESCE(SUM(b.SizeBytes), 0) FROM #Batch b;
        SET @Batches = @Batches + 1;
    END;

    SELECT @Atoms AS Atoms, @Bytes AS Bytes, @Batches AS Batches;
END;
GO
