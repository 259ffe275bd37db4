-- Called by: a worker that is told to end while it works on a job.
-- Lets the next worker have the job, from its last checkpoint, as if this one had died.
CREATE PROCEDURE dbo.sp_RequeueJob
    @JobId bigint,
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    UPDATE dbo.IngestionJobs
    SET Status = N'Processing', ErrorCode = NULL, ErrorMessage = NULL, EndedAt = NULL, LastUpdatedAt = SYSUTCDATETIME()
    WHERE JobId = @JobId AND (@TenantId IS NULL OR TenantId = @TenantId) AND Status = N'Cancelled' AND LeaseUntil IS NULL;
END;
GO
