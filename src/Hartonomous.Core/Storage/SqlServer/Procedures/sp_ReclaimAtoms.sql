-- Called by: Optimize-HartStore, hart optimize; until it answers that nothing was left.
-- Deletes one batch of atoms that nothing refers to, with their payloads, and of payloads that a job left behind that nobody works on any more.
-- Each batch stays below the 5,000 locks at which the server would lock whole tables. An import that has just found such an atom stored is told
-- so (CONTENT_REMOVED) when it commits, and brings it in again. With @DryRun 1 it counts all of them and deletes none.
CREATE PROCEDURE dbo.sp_ReclaimAtoms
    @BatchSize int = 1000,
    @DryRun bit = 0
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Atoms bigint, @Bytes bigint, @Stale bigint, @StaleBytes bigint;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin optimizes it', 1;

    CREATE TABLE #Batch (AtomId bigint NOT NULL PRIMARY KEY, PayloadId bigint NULL, SizeBytes bigint NOT NULL);
    CREATE TABLE #Stale (PayloadId bigint NOT NULL PRIMARY KEY, StoredBytes bigint NOT NULL);

    IF @DryRun = 1
    BEGIN
        SELECT @Atoms = COUNT_BIG(*), @Bytes = COALESCE(SUM(SizeBytes), 0) FROM dbo.Atoms WHERE ReferenceCount = 0;
        SELECT @Stale = COUNT_BIG(*), @StaleBytes = COALESCE(SUM(p.StoredBytes), 0)
        FROM dbo.AtomPayloads p
        WHERE p.JobId IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM dbo.IngestionJobs j WHERE j.JobId = p.JobId AND j.LeaseUntil >= SYSUTCDATETIME());
        SELECT @Atoms AS Atoms, @Bytes + @StaleBytes AS Bytes, CAST(0 AS bigint) AS Remaining;
        RETURN;
    END;

    BEGIN TRANSACTION;

    INSERT INTO #Batch (AtomId, PayloadId, SizeBytes)
    SELECT TOP (@BatchSize) a.AtomId, a.PayloadId, a.SizeBytes
    FROM dbo.Atoms a WITH (UPDLOCK, READPAST, ROWLOCK)
    WHERE a.ReferenceCount = 0
      AND NOT EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.AtomId = a.AtomId)
    ORDER BY a.AtomId;

    -- Counted again: on engines without lock hints a commit may have come in between.
    DELETE FROM dbo.Atoms WHERE ReferenceCount = 0 AND AtomId IN (SELECT b.AtomId FROM #Batch b);
    DELETE FROM #Batch WHERE EXISTS (SELECT 1 FROM dbo.Atoms a WHERE a.AtomId = #Batch.AtomId);
    DELETE FROM dbo.AtomPayloads WHERE PayloadId IN (SELECT b.PayloadId FROM #Batch b WHERE b.PayloadId IS NOT NULL);

    INSERT INTO #Stale (PayloadId, StoredBytes)
    SELECT TOP (@BatchSize) p.PayloadId, p.StoredBytes
    FROM dbo.AtomPayloads p
    WHERE p.JobId IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM dbo.IngestionJobs j WHERE j.JobId = p.JobId AND j.LeaseUntil >= SYSUTCDATETIME());
    DELETE FROM dbo.AtomPayloads WHERE JobId IS NOT NULL AND PayloadId IN (SELECT s.PayloadId FROM #Stale s);

    COMMIT TRANSACTION;

    SELECT @Atoms = COUNT_BIG(*), @Bytes = COALESCE(SUM(b.SizeBytes), 0) FROM #Batch b;
    SELECT @Stale = COUNT_BIG(*), @StaleBytes = COALESCE(SUM(s.StoredBytes), 0) FROM #Stale s;
    SELECT @Atoms AS Atoms, @Bytes + @StaleBytes AS Bytes, CAST(CASE WHEN @Atoms + @Stale > 0 THEN 1 ELSE 0 END AS bigint) AS Remaining;
END;
GO
