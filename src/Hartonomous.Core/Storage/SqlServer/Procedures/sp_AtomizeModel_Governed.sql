-- Called by: an import, for every chunk: its commit.
-- Makes what the job has uploaded count, records the tensors it has completed, moves its checkpoint and holds its tenant to its quotas, all in
-- one transaction; with a model, records that too and completes the job. Nothing of a chunk that fails is left. Can be repeated after a
-- deadlock or a broken connection: rows that are there are not written again.
-- @Hashes are 32 bytes each; what is called hash below is a place among them. The texts are JSON; of the model see sp_RecordModel:
--   @Tensors [[number, hash, sizeBytes, blocks], ...]
--   @Blocks  [[tensor's number, ordinal, hash, byte offset, x, y, z], ...]
CREATE PROCEDURE dbo.sp_AtomizeModel_Governed
    @JobId bigint,
    @LeaseId uniqueidentifier,
    @LeaseSeconds int,
    @BytesProcessed bigint,
    @Hashes varbinary(max),
    @Tensors nvarchar(max),
    @Blocks nvarchar(max),
    @Pending varbinary(max),
    @PendingCount int,
    @Texts nvarchar(max) = NULL,
    @Model nvarchar(max) = NULL,
    @Metadata nvarchar(max) = NULL,
    @Files nvarchar(max) = NULL,
    @Segments nvarchar(max) = NULL,
    @Literals varbinary(max) = NULL,
    @Rows nvarchar(max) = NULL,
    @Pruned nvarchar(max) = NULL
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @TenantId bigint, @ModelId bigint, @AtomsBefore bigint, @BytesBefore bigint, @NewAtoms bigint, @NewBytes bigint, @Count bigint,
            @HasQuota int, @Message nvarchar(400);

    CREATE TABLE #Uploaded (Hash binary(32) NOT NULL PRIMARY KEY, PayloadId bigint NOT NULL, SizeBytes bigint NOT NULL);
    CREATE TABLE #Tensors (Number int NOT NULL PRIMARY KEY, Hash binary(32) NOT NULL, SizeBytes bigint NOT NULL, BlockCount int NOT NULL);
    CREATE TABLE #Blocks (
        Number int NOT NULL, Ordinal int NOT NULL, Hash binary(32) NOT NULL, ByteOffset bigint NOT NULL, X bigint NOT NULL, Y bigint NOT NULL,
        Z bigint NOT NULL, PRIMARY KEY (Number, Ordinal));
    CREATE TABLE #Counted (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);
    CREATE TABLE #Done (Number int NOT NULL PRIMARY KEY, AtomId bigint NOT NULL);
    CREATE TABLE #Charged (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);

    INSERT INTO #Tensors (Number, Hash, SizeBytes, BlockCount)
    SELECT t.Number, CAST(SUBSTRING(@Hashes, 1 + 32 * t.Hash, 32) AS binary(32)), t.SizeBytes, t.BlockCount
    FROM OPENJSON(@Tensors) WITH (Number int '$[0]', Hash int '$[1]', SizeBytes bigint '$[2]', BlockCount int '$[3]') t;
    INSERT INTO #Blocks (Number, Ordinal, Hash, ByteOffset, X, Y, Z)
    SELECT b.Number, b.Ordinal, CAST(SUBSTRING(@Hashes, 1 + 32 * b.Hash, 32) AS binary(32)), b.ByteOffset, b.X, b.Y, b.Z
    FROM OPENJSON(@Blocks) WITH (
        Number int '$[0]', Ordinal int '$[1]', Hash int '$[2]', ByteOffset bigint '$[3]', X bigint '$[4]', Y bigint '$[5]', Z bigint '$[6]') b;

    BEGIN TRANSACTION;

    -- The job's row, then the tenant's: who has both is alone with them until the end.
    UPDATE dbo.IngestionJobs
    SET BytesProcessed = @BytesProcessed, LastUpdatedAt = SYSUTCDATETIME()
    WHERE JobId = @JobId AND LeaseId = @LeaseId AND Status = N'Processing';
    IF @@ROWCOUNT = 0
    BEGIN
        SET @Message = CONCAT(N'JOB_LEASE_LOST|job ', @JobId, N'|another worker has taken it over, or its tenant was removed');
        THROW 51000, @Message, 1;
    END;

    SELECT @TenantId = TenantId FROM dbo.IngestionJobs WHERE JobId = @JobId;
    UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @TenantId;
    SELECT @AtomsBefore = AtomCount, @BytesBefore = ByteCount,
           @HasQuota = CASE WHEN MaxAtoms IS NULL AND MaxBytes IS NULL THEN 0 ELSE 1 END
    FROM dbo.Tenants
    WHERE TenantId = @TenantId;

    -- Payloads. One that another job has brought in meanwhile keeps that job's row.
    INSERT INTO #Uploaded (Hash, PayloadId, SizeBytes)
    SELECT Hash, MIN(PayloadId), MIN(StoredBytes) FROM dbo.AtomPayloads WHERE JobId = @JobId GROUP BY Hash;

    INSERT INTO dbo.Atoms (Hash, SizeBytes, PayloadId)
    SELECT u.Hash, u.SizeBytes, u.PayloadId
    FROM #Uploaded u
    WHERE NOT EXISTS (SELECT 1 FROM dbo.Atoms a WITH (UPDLOCK, SERIALIZABLE) WHERE a.Hash = u.Hash)
    ORDER BY u.Hash;
    UPDATE a
    SET PayloadId = u.PayloadId
    FROM dbo.Atoms a
    JOIN #Uploaded u ON u.Hash = a.Hash
    WHERE a.PayloadId IS NULL AND a.BlockCount = 0 AND a.SizeBytes > 0;
    SELECT @NewAtoms = COUNT_BIG(*), @NewBytes = COALESCE(SUM(u.SizeBytes), 0)
    FROM #Uploaded u
    JOIN dbo.Atoms a ON a.Hash = u.Hash AND a.PayloadId = u.PayloadId;

    DELETE FROM dbo.AtomPayloads
    WHERE JobId = @JobId
      AND NOT EXISTS (SELECT 1 FROM dbo.Atoms a WHERE a.Hash = AtomPayloads.Hash AND a.PayloadId = AtomPayloads.PayloadId);
    UPDATE dbo.AtomPayloads SET JobId = NULL WHERE JobId = @JobId;

    -- Tensors the store does not know yet, and how they are composed.
    EXEC dbo.sp_ComposeAtoms;

    -- The checkpoint.
    INSERT INTO #Done (Number, AtomId)
    SELECT t.Number, a.AtomId
    FROM #Tensors t
    JOIN dbo.Atoms a ON a.Hash = t.Hash;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #Tensors)
        THROW 51000, N'CONTENT_REMOVED|a tensor|the atom was removed while a job was about to refer to it; import it again', 1;

    INSERT INTO #Charged (AtomId, Depth)
    SELECT DISTINCT d.AtomId, 0 FROM #Done d;
    DELETE FROM #Done
    WHERE EXISTS (SELECT 1 FROM dbo.IngestionJobTensors t WHERE t.JobId = @JobId AND t.Ordinal = #Done.Number);
    INSERT INTO dbo.IngestionJobTensors (JobId, Ordinal, TenantId, AtomId)
    SELECT @JobId, d.Number, @TenantId, d.AtomId FROM #Done d;
    INSERT INTO #Counted (AtomId, Times)
    SELECT d.AtomId, COUNT_BIG(*) FROM #Done d GROUP BY d.AtomId;
    UPDATE a
    SET ReferenceCount = a.ReferenceCount + c.Times,
        LastAccessedAt = SYSUTCDATETIME()
    FROM dbo.Atoms a
    JOIN #Counted c ON c.AtomId = a.AtomId;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #Counted)
        THROW 51000, N'CONTENT_REMOVED|a tensor|the atom was removed while a job was about to refer to it; import it again', 1;

    IF @Model IS NOT NULL
        EXEC dbo.sp_RecordModel @JobId = @JobId, @TenantId = @TenantId, @Hashes = @Hashes, @Texts = @Texts, @Model = @Model,
            @Metadata = @Metadata, @Files = @Files, @Segments = @Segments, @Literals = @Literals, @Rows = @Rows, @Pruned = @Pruned,
            @ModelId = @ModelId OUTPUT;

    EXEC dbo.sp_ChargeTenant @TenantId = @TenantId;
    EXEC dbo.sp_CheckQuota @TenantId = @TenantId, @AtomsBefore = @AtomsBefore, @BytesBefore = @BytesBefore, @Pending = @Pending,
        @PendingCount = @PendingCount;

    UPDATE dbo.IngestionJobs
    SET NewAtoms = NewAtoms + @NewAtoms, NewBytes = NewBytes + @NewBytes, LastUpdatedAt = SYSUTCDATETIME(), HeartbeatAt = SYSUTCDATETIME(),
        WorkerDeaths = 0, LeaseId = CASE WHEN @Model IS NULL THEN LeaseId END,
        LeaseUntil = CASE WHEN @Model IS NULL THEN DATEADD(second, @LeaseSeconds, SYSUTCDATETIME()) END
    WHERE JobId = @JobId;

    COMMIT TRANSACTION;

    SELECT @ModelId AS ModelId, NewAtoms, NewBytes, @HasQuota AS HasQuota FROM dbo.IngestionJobs WHERE JobId = @JobId;
END;
GO
