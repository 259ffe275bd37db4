-- Called by: New-HartIngestionJob, hart jobs add.
-- Puts an import into the queue. What its source holds is found out by the worker that takes it.
CREATE PROCEDURE dbo.sp_QueueJob
    @TenantId bigint,
    @ModelName nvarchar(450),
    @SourcePath nvarchar(max),
    @BlockBytes int,
    @Granularity nvarchar(20),
    @IsReplacing bit
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    INSERT INTO dbo.IngestionJobs
        (TenantId, ModelName, SourcePath, SourceFingerprint, BlockBytes, Status, TensorCount, BytesTotal, Granularity, IsReplacing)
    VALUES (@TenantId, @ModelName, @SourcePath, CAST(0x00 AS binary(32)), @BlockBytes, N'Pending', 0, 0, @Granularity, @IsReplacing);

    SELECT CAST(SCOPE_IDENTITY() AS bigint) AS JobId;
END;
GO
