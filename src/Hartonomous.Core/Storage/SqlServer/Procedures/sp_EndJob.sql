-- Called by: a job at work that fails or is cancelled; and, with no status, one that is left without a word.
-- Gives the lease back. What was committed stays, and the job can be resumed.
CREATE PROCEDURE dbo.sp_EndJob
    @JobId bigint,
    @LeaseId uniqueidentifier,
    @Status nvarchar(20),
    @ErrorCode nvarchar(100),
    @ErrorMessage nvarchar(max),
    @BytesProcessed bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    BEGIN TRANSACTION;
    UPDATE dbo.IngestionJobs
    SET Status = COALESCE(@Status, Status), ErrorCode = COALESCE(@ErrorCode, ErrorCode), ErrorMessage = COALESCE(@ErrorMessage, ErrorMessage),
        BytesProcessed = @BytesProcessed, LastUpdatedAt = SYSUTCDATETIME(),
        IsStopRequested = CASE WHEN @Status IS NULL THEN IsStopRequested ELSE 0 END,
        EndedAt = CASE WHEN @Status IS NULL THEN EndedAt ELSE SYSUTCDATETIME() END,
        WorkerDeaths = 0, LeaseId = NULL, LeaseUntil = NULL
    WHERE JobId = @JobId AND LeaseId = @LeaseId AND Status IN (N'Pending', N'Processing');
    IF @@ROWCOUNT = 1
        DELETE FROM dbo.AtomPayloads WHERE JobId = @JobId;
    COMMIT TRANSACTION;
END;
GO
