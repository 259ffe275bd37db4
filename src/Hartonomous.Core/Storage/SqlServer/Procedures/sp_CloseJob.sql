-- Called by: Resume-HartIngestionJob and the worker, where the job's very model is stored already.
-- Completes the job and gives its checkpoint up.
CREATE PROCEDURE dbo.sp_CloseJob
    @JobId bigint,
    @TenantId bigint,
    @ModelId bigint,
    @LeaseId uniqueidentifier = NULL
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @X bigint, @Y bigint;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin closes jobs of all tenants', 1;

    BEGIN TRANSACTION;
    UPDATE dbo.IngestionJobs SET LeaseUntil = NULL WHERE JobId = @JobId AND LeaseId = @LeaseId;
    EXEC dbo.sp_LockEndedJob @JobId = @JobId, @TenantId = @TenantId;
    EXEC dbo.sp_DropCheckpoint @JobId = @JobId, @GiveUp = 1, @ReleasedAtoms = @X OUTPUT, @ReleasedBytes = @Y OUTPUT;
    UPDATE dbo.IngestionJobs
    SET Status = N'Complete', BytesProcessed = BytesTotal, ModelId = @ModelId, ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0,
        LeaseId = NULL, LeaseUntil = NULL, EndedAt = SYSUTCDATETIME()
    WHERE JobId = @JobId;
    COMMIT TRANSACTION;
END;
GO
