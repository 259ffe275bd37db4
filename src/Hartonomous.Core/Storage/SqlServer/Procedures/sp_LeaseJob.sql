-- Called by: Start-HartIngestionWorker, hart worker.
-- Takes the next job of the queue: one that waits, or whose worker died. Each is given to one worker only, whatever many ask at once. Its state
-- changes when the worker opens its source. Jobs that failed or were cancelled wait for an admin. One whose workers died @MaxDeaths times without
-- a checkpoint in between is failed instead: it may be what kills them.
CREATE PROCEDURE dbo.sp_LeaseJob
    @TenantId bigint,
    @HostName nvarchar(256),
    @ProcessId int,
    @LeaseId uniqueidentifier,
    @LeaseSeconds int,
    @MaxDeaths int = 5
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Candidate bigint, @Leased bigint, @Tries int = 0;

    UPDATE dbo.IngestionJobs
    SET Status = N'Failed', ErrorCode = N'JOB_WORKERS_DIED', WorkerDeaths = WorkerDeaths + 1,
        ErrorMessage = CONCAT(N'its worker died ', WorkerDeaths + 1, N' times in a row'), LeaseId = NULL, LeaseUntil = NULL,
        LastUpdatedAt = SYSUTCDATETIME(), EndedAt = SYSUTCDATETIME()
    WHERE Status IN (N'Pending', N'Processing') AND WorkerDeaths + 1 >= @MaxDeaths AND LeaseUntil < SYSUTCDATETIME()
      AND (@TenantId IS NULL OR TenantId = @TenantId);

    WHILE @Leased IS NULL AND @Tries < 100
    BEGIN
        SET @Candidate = NULL;
        SELECT TOP (1) @Candidate = j.JobId
        FROM dbo.IngestionJobs j WITH (UPDLOCK, READPAST, ROWLOCK)
        WHERE j.Status IN (N'Pending', N'Processing') AND (j.LeaseUntil IS NULL OR j.LeaseUntil < SYSUTCDATETIME())
          AND (@TenantId IS NULL OR j.TenantId = @TenantId)
        ORDER BY j.JobId;
        IF @Candidate IS NULL
            BREAK;

        -- Asked again in the update itself: on engines without lock hints another worker may have had the job in between.
        UPDATE dbo.IngestionJobs
        SET LeaseId = @LeaseId, LeaseUntil = DATEADD(second, @LeaseSeconds, SYSUTCDATETIME()), HostName = @HostName, ProcessId = @ProcessId,
            Runs = Runs + 1, WorkerDeaths = WorkerDeaths + CASE WHEN LeaseUntil < SYSUTCDATETIME() THEN 1 ELSE 0 END,
            LastUpdatedAt = SYSUTCDATETIME(), HeartbeatAt = SYSUTCDATETIME(), EndedAt = NULL, IsStopRequested = 0
        WHERE JobId = @Candidate AND Status IN (N'Pending', N'Processing') AND (LeaseUntil IS NULL OR LeaseUntil < SYSUTCDATETIME());
        IF @@ROWCOUNT = 1
            SET @Leased = @Candidate;
        SET @Tries = @Tries + 1;
    END;

    SELECT @Leased AS JobId;
END;
GO
