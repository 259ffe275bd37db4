-- Called by: sp_RecordModel, sp_ResetJob, sp_CloseJob, sp_RemoveTenant; in their transaction.
-- Takes back the references that keep a job's tensors alive. Where @GiveUp is 1, what the checkpoint made the tenant's is given up too; when a
-- model has just been recorded it refers to all of that, and 0 is given.
CREATE PROCEDURE dbo.sp_DropCheckpoint
    @JobId bigint,
    @GiveUp bit,
    @ReleasedAtoms bigint OUTPUT,
    @ReleasedBytes bigint OUTPUT
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @TenantId bigint;

    CREATE TABLE #Released (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);
    CREATE TABLE #Lowered (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);

    SELECT @TenantId = TenantId FROM dbo.IngestionJobs WHERE JobId = @JobId;
    IF @GiveUp = 1
    BEGIN
        UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @TenantId;
        EXEC dbo.sp_CollectAtoms @ModelId = NULL, @JobId = @JobId;
    END;

    INSERT INTO #Lowered (AtomId, Times)
    SELECT AtomId, COUNT_BIG(*) FROM dbo.IngestionJobTensors WHERE JobId = @JobId GROUP BY AtomId;
    DELETE FROM dbo.IngestionJobTensors WHERE JobId = @JobId;
    DELETE FROM dbo.AtomPayloads WHERE JobId = @JobId;

    IF @GiveUp = 1
        EXEC dbo.sp_ReleaseTenantAtoms @TenantId = @TenantId;

    EXEC dbo.sp_LowerAtoms;

    SELECT @ReleasedAtoms = COUNT_BIG(*), @ReleasedBytes = COALESCE(SUM(a.SizeBytes), 0)
    FROM #Lowered l
    JOIN dbo.Atoms a ON a.AtomId = l.AtomId
    WHERE a.ReferenceCount = 0 AND a.PayloadId IS NOT NULL;
END;
GO
