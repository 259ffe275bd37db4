-- Called by: an import, when it begins.
-- Takes up an unfinished job of an equal request that no live worker holds, or begins a new one. Gives its key and whether its tenant has quotas;
-- then the tensors that its earlier runs completed. With @JobId that job and no other. A job that was reset or queued takes the source as it is
-- now.
CREATE PROCEDURE dbo.sp_OpenJob
    @TenantId bigint,
    @JobId bigint,
    @ModelName nvarchar(450),
    @SourcePath nvarchar(max),
    @Fingerprint binary(32),
    @BlockBytes int,
    @Granularity nvarchar(20),
    @TensorCount bigint,
    @BytesTotal bigint,
    @IsReplacing bit,
    @SourceFiles nvarchar(max),
    @Selection nvarchar(max),
    @HostName nvarchar(256),
    @ProcessId int,
    @LeaseId uniqueidentifier,
    @LeaseSeconds int
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Opened bigint, @Candidate bigint, @Status nvarchar(20), @Known binary(32), @Message nvarchar(max);

    CREATE TABLE #Candidates (JobId bigint NOT NULL PRIMARY KEY);

    IF NOT EXISTS (SELECT 1 FROM dbo.Tenants WHERE TenantId = @TenantId)
    BEGIN
        SET @Message = CONCAT(N'TENANT_NOT_FOUND|tenant ', @TenantId, N'|there is no tenant of this name');
        THROW 51000, @Message, 1;
    END;

    INSERT INTO #Candidates (JobId)
    SELECT j.JobId
    FROM dbo.IngestionJobs j
    WHERE j.TenantId = @TenantId AND j.Status <> N'Complete'
      AND (j.Status = N'Pending' OR (j.SourceFingerprint = @Fingerprint AND j.TensorCount = @TensorCount))
      AND (j.JobId = @JobId OR (
        @JobId IS NULL AND j.ModelName = @ModelName AND j.SourcePath = @SourcePath AND j.BlockBytes = @BlockBytes AND j.Granularity = @Granularity
        AND (j.Selection = @Selection OR (j.Selection IS NULL AND @Selection IS NULL))));

    WHILE @Opened IS NULL AND EXISTS (SELECT 1 FROM #Candidates)
    BEGIN
        SELECT @Candidate = MAX(c.JobId) FROM #Candidates c;
        DELETE FROM #Candidates WHERE JobId = @Candidate;

        UPDATE dbo.IngestionJobs
        SET Status = N'Processing', ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0, HostName = @HostName, ProcessId = @ProcessId,
            Runs = Runs + CASE WHEN LeaseId = @LeaseId THEN 0 ELSE 1 END, BytesProcessed = 0, StartedAt = SYSUTCDATETIME(),
            HeartbeatAt = SYSUTCDATETIME(), LastUpdatedAt = SYSUTCDATETIME(), EndedAt = NULL, IsReplacing = @IsReplacing, SourceFingerprint = @Fingerprint,
            SourceFiles = @SourceFiles, TensorCount = @TensorCount, BytesTotal = @BytesTotal, LeaseId = @LeaseId,
            LeaseUntil = DATEADD(second, @LeaseSeconds, SYSUTCDATETIME())
        WHERE JobId = @Candidate AND Status <> N'Complete' AND (LeaseUntil IS NULL OR LeaseUntil < SYSUTCDATETIME() OR LeaseId = @LeaseId);
        IF @@ROWCOUNT = 1
            SET @Opened = @Candidate;
    END;

    IF @Opened IS NULL AND @JobId IS NOT NULL
    BEGIN
        SELECT @Status = Status, @Known = SourceFingerprint FROM dbo.IngestionJobs WHERE JobId = @JobId AND TenantId = @TenantId;
        SET @Message = CASE
            WHEN @Status IS NULL THEN CONCAT(N'JOB_NOT_FOUND|job ', @JobId, N'|there is no such job')
            WHEN @Status = N'Complete' THEN CONCAT(N'JOB_COMPLETE|job ', @JobId, N'|it is complete')
            WHEN @Known <> @Fingerprint
                THEN CONCAT(N'JOB_SOURCE_CHANGED|', @SourcePath, N'|its tensors or times are not those that job ', @JobId,
                    N' began with; reset the job')
            ELSE CONCAT(N'JOB_RUNNING|job ', @JobId, N'|a process works on it')
        END;
        THROW 51000, @Message, 1;
    END;

    IF @Opened IS NULL
    BEGIN
        INSERT INTO dbo.IngestionJobs
            (TenantId, ModelName, SourcePath, SourceFingerprint, BlockBytes, Status, TensorCount, BytesTotal, Granularity, IsReplacing, SourceFiles,
             Selection, HostName, ProcessId, Runs, StartedAt, HeartbeatAt, LeaseId, LeaseUntil)
        VALUES (@TenantId, @ModelName, @SourcePath, @Fingerprint, @BlockBytes, N'Processing', @TensorCount, @BytesTotal, @Granularity, @IsReplacing,
            @SourceFiles, @Selection, @HostName, @ProcessId, 1, SYSUTCDATETIME(), SYSUTCDATETIME(), @LeaseId,
            DATEADD(second, @LeaseSeconds, SYSUTCDATETIME()));
        SET @Opened = SCOPE_IDENTITY();
    END;
    ELSE
        -- What a killed run had uploaded and not committed.
        DELETE FROM dbo.AtomPayloads WHERE JobId = @Opened;

    SELECT @Opened AS JobId,
           CASE WHEN t.MaxAtoms IS NULL AND t.MaxBytes IS NULL THEN 0 ELSE 1 END AS HasQuota
    FROM dbo.Tenants t
    WHERE t.TenantId = @TenantId;
    SELECT t.Ordinal, a.Hash
    FROM dbo.IngestionJobTensors t
    JOIN dbo.Atoms a ON a.AtomId = t.AtomId
    WHERE t.JobId = @Opened;
END;
GO
