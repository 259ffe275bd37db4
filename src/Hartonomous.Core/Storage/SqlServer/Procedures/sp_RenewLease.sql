-- Called by: a job at work, about every second.
-- Keeps the job's lease, notes how far it is, and tells whether it is to stop: 0 no, 1 yes, -1 the lease is another's.
CREATE PROCEDURE dbo.sp_RenewLease
    @JobId bigint,
    @LeaseId uniqueidentifier,
    @LeaseSeconds int,
    @BytesProcessed bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    UPDATE dbo.IngestionJobs
    SET BytesProcessed = COALESCE(@BytesProcessed, BytesProcessed), HeartbeatAt = SYSUTCDATETIME(),
        LeaseUntil = DATEADD(second, @LeaseSeconds, SYSUTCDATETIME())
    WHERE JobId = @JobId AND LeaseId = @LeaseId AND Status IN (N'Pending', N'Processing');
    IF @@ROWCOUNT = 0
        SELECT -1 AS Answer;
    ELSE
        SELECT CAST(IsStopRequested AS int) AS Answer FROM dbo.IngestionJobs WHERE JobId = @JobId;
END;
GO
