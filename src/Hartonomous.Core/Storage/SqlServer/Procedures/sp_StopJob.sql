-- Called by: Stop-HartIngestionJob, hart jobs stop.
-- Asks the worker of a job to end it; one that waits, or whose worker is dead, is cancelled at once. A job that has ended is left as it is.
CREATE PROCEDURE dbo.sp_StopJob
    @JobId bigint,
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Message nvarchar(400);

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin stops jobs of all tenants', 1;

    UPDATE dbo.IngestionJobs
    SET IsStopRequested = 1
    WHERE JobId = @JobId AND (@TenantId IS NULL OR TenantId = @TenantId) AND Status = N'Processing' AND LeaseUntil >= SYSUTCDATETIME();
    IF @@ROWCOUNT = 0
        UPDATE dbo.IngestionJobs
        SET ErrorMessage = CASE Status WHEN N'Pending' THEN N'stopped before it began' ELSE N'stopped after its process had ended' END,
            Status = N'Cancelled', IsStopRequested = 0, ErrorCode = NULL, LeaseId = NULL, LeaseUntil = NULL, LastUpdatedAt = SYSUTCDATETIME(),
            EndedAt = SYSUTCDATETIME()
        WHERE JobId = @JobId AND (@TenantId IS NULL OR TenantId = @TenantId)
          AND (Status = N'Pending' OR (Status = N'Processing' AND (LeaseUntil IS NULL OR LeaseUntil < SYSUTCDATETIME())));

    IF NOT EXISTS (SELECT 1 FROM dbo.IngestionJobs WHERE JobId = @JobId AND (@TenantId IS NULL OR TenantId = @TenantId))
    BEGIN
        SET @Message = CONCAT(N'JOB_NOT_FOUND|job ', @JobId, N'|there is no such job');
        THROW 51000, @Message, 1;
    END;
END;
GO
