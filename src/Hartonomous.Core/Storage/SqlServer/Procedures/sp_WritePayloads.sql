-- Called by: an import, the second half of the missing-hash protocol, on several connections at once.
-- Keeps payloads for the next commit of the job. @Content is their bytes, one after the other; @Pieces is JSON, [[offset, length], ...] in the
-- order of @Hashes. Repeated after a broken connection it may leave a payload twice: the commit keeps one.
CREATE PROCEDURE dbo.sp_WritePayloads
    @JobId bigint,
    @LeaseId uniqueidentifier,
    @Hashes varbinary(max),
    @Pieces nvarchar(max),
    @Content varbinary(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Message nvarchar(400);

    IF NOT EXISTS (SELECT 1 FROM dbo.IngestionJobs WHERE JobId = @JobId AND LeaseId = @LeaseId)
    BEGIN
        SET @Message = CONCAT(N'JOB_LEASE_LOST|job ', @JobId, N'|another worker has taken it over, or its tenant was removed');
        THROW 51000, @Message, 1;
    END;

    INSERT INTO dbo.AtomPayloads (Hash, JobId, StoredBytes, Content)
    SELECT CAST(SUBSTRING(@Hashes, 1 + 32 * CAST(p.[key] AS int), 32) AS binary(32)),
           @JobId,
           CAST(JSON_VALUE(p.value, '$[1]') AS bigint),
           SUBSTRING(@Content, 1 + CAST(JSON_VALUE(p.value, '$[0]') AS bigint), CAST(JSON_VALUE(p.value, '$[1]') AS bigint))
    FROM OPENJSON(@Pieces) p;
END;
GO
