-- Called by: Reset-HartIngestionJob, hart jobs reset.
-- Gives a job's checkpoint up, and with it the references to what it had committed. It waits in the queue afterwards.
CREATE PROCEDURE dbo.sp_ResetJob
    @JobId bigint,
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @X bigint, @Y bigint;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin resets jobs of all tenants', 1;

    BEGIN TRANSACTION;
    EXEC dbo.sp_LockEndedJob @JobId = @JobId, @TenantId = @TenantId;
    EXEC dbo.sp_DropCheckpoint @JobId = @JobId, @GiveUp = 1, @ReleasedAtoms = @X OUTPUT, @ReleasedBytes = @Y OUTPUT;
    UPDATE dbo.IngestionJobs
    SET Status = N'Pending', BytesProcessed = 0, NewAtoms = 0, NewBytes = 0, ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0,
        LeaseId = NULL, LeaseUntil = NULL, StartedAt = NULL, HeartbeatAt = NULL, EndedAt = NULL
    WHERE JobId = @JobId;
    COMMIT TRANSACTION;
END;
GO
