-- Called by: Remove-HartTenant, hart tenants remove.
-- Removes a tenant and its jobs; with @WithModels its models and unfinished jobs too, without it a tenant that has any is left alone.
CREATE PROCEDURE dbo.sp_RemoveTenant
    @Name nvarchar(100),
    @WithModels bit
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @TenantId bigint, @There nvarchar(100), @Models bigint, @Jobs bigint, @Key bigint, @X bigint, @Atoms bigint = 0, @Bytes bigint = 0,
            @MoreAtoms bigint, @MoreBytes bigint, @Message nvarchar(400);

    SELECT @TenantId = TenantId, @There = Name FROM dbo.Tenants WHERE Name = @Name;
    IF @TenantId IS NULL
    BEGIN
        SET @Message = CONCAT(N'TENANT_NOT_FOUND|', @Name, N'|there is no tenant of this name');
        THROW 51000, @Message, 1;
    END;
    IF LOWER(@There) = N'default'
    BEGIN
        SET @Message = CONCAT(N'TENANT_DEFAULT|', @There, N'|the default tenant cannot be removed');
        THROW 51000, @Message, 1;
    END;

    BEGIN TRANSACTION;

    -- The jobs first, as commits do: one that is at work ends this, one that begins waits and finds its tenant gone.
    UPDATE dbo.IngestionJobs SET LastUpdatedAt = LastUpdatedAt WHERE TenantId = @TenantId AND Status <> N'Complete';
    UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @TenantId;
    SELECT @Models = COUNT_BIG(*) FROM dbo.Models WHERE TenantId = @TenantId;
    SELECT @Jobs = COUNT_BIG(*) FROM dbo.IngestionJobs WHERE TenantId = @TenantId AND Status <> N'Complete';
    IF @WithModels = 0 AND (@Models > 0 OR @Jobs > 0)
    BEGIN
        SET @Message = CONCAT(N'TENANT_NOT_EMPTY|', @There, N'|the tenant has ', @Models, N' models and ', @Jobs, N' unfinished jobs');
        THROW 51000, @Message, 1;
    END;

    SELECT TOP (1) @Key = JobId
    FROM dbo.IngestionJobs
    WHERE TenantId = @TenantId AND Status = N'Processing' AND LeaseUntil >= SYSUTCDATETIME();
    IF @Key IS NOT NULL
    BEGIN
        SET @Message = CONCAT(N'JOB_RUNNING|job ', @Key, N'|a process works on it');
        THROW 51000, @Message, 1;
    END;

    SELECT @Key = MIN(JobId) FROM dbo.IngestionJobs WHERE TenantId = @TenantId AND Status <> N'Complete';
    WHILE @Key IS NOT NULL
    BEGIN
        EXEC dbo.sp_DropCheckpoint @JobId = @Key, @GiveUp = 1, @ReleasedAtoms = @MoreAtoms OUTPUT, @ReleasedBytes = @MoreBytes OUTPUT;
        SELECT @Atoms = @Atoms + @MoreAtoms, @Bytes = @Bytes + @MoreBytes;
        SELECT @Key = MIN(JobId) FROM dbo.IngestionJobs WHERE TenantId = @TenantId AND Status <> N'Complete' AND JobId > @Key;
    END;

    SELECT @Key = MIN(ModelId) FROM dbo.Models WHERE TenantId = @TenantId;
    WHILE @Key IS NOT NULL
    BEGIN
        EXEC dbo.sp_RemoveModelRows @ModelId = @Key, @TenantId = @TenantId, @Tensors = @X OUTPUT, @ReleasedAtoms = @MoreAtoms OUTPUT,
            @ReleasedBytes = @MoreBytes OUTPUT;
        SELECT @Atoms = @Atoms + @MoreAtoms, @Bytes = @Bytes + @MoreBytes;
        SELECT @Key = MIN(ModelId) FROM dbo.Models WHERE TenantId = @TenantId;
    END;

    DELETE FROM dbo.IngestionJobs WHERE TenantId = @TenantId;
    DELETE FROM dbo.Tenants WHERE TenantId = @TenantId;
    COMMIT TRANSACTION;

    SELECT @Models AS Models, @Atoms AS ReleasedAtoms, @Bytes AS ReleasedBytes;
END;
GO
