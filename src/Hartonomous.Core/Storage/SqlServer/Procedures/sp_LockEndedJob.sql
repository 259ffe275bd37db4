-- Called by: sp_ResetJob and sp_CloseJob, in their transaction.
-- Takes the row of a job that is not complete and that no worker holds, until the end of the transaction.
CREATE PROCEDURE dbo.sp_LockEndedJob
    @JobId bigint,
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Status nvarchar(20), @Model nvarchar(450), @Message nvarchar(1000);

    UPDATE dbo.IngestionJobs
    SET LastUpdatedAt = SYSUTCDATETIME()
    WHERE JobId = @JobId AND (@TenantId IS NULL OR TenantId = @TenantId) AND Status <> N'Complete'
      AND (LeaseUntil IS NULL OR LeaseUntil < SYSUTCDATETIME());
    IF @@ROWCOUNT = 0
    BEGIN
        SELECT @Status = Status, @Model = ModelName FROM dbo.IngestionJobs WHERE JobId = @JobId AND (@TenantId IS NULL OR TenantId = @TenantId);
        SET @Message = CASE
            WHEN @Status IS NULL THEN CONCAT(N'JOB_NOT_FOUND|job ', @JobId, N'|there is no such job')
            WHEN @Status = N'Complete' THEN CONCAT(N'JOB_COMPLETE|job ', @JobId, N'|it is complete; its model is ', @Model)
            ELSE CONCAT(N'JOB_RUNNING|job ', @JobId, N'|a process works on it')
        END;
        THROW 51000, @Message, 1;
    END;
END;
GO
