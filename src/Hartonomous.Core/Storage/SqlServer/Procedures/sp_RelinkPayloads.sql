-- Called by: Repair-HartStore, hart repair; before what is lost is looked for.
-- Leads atoms whose payload is missing, or another's, to a payload of their hash where there is one. With @DryRun 1 it counts them.
CREATE PROCEDURE dbo.sp_RelinkPayloads
    @DryRun bit
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin repairs it', 1;

    CREATE TABLE #Wrong (AtomId bigint NOT NULL PRIMARY KEY, PayloadId bigint NULL);

    BEGIN TRANSACTION;

    INSERT INTO #Wrong (AtomId, PayloadId)
    SELECT a.AtomId, (SELECT MIN(o.PayloadId) FROM dbo.AtomPayloads o WHERE o.Hash = a.Hash AND o.JobId IS NULL)
    FROM dbo.Atoms a
    LEFT JOIN dbo.AtomPayloads p ON p.PayloadId = a.PayloadId AND p.Hash = a.Hash AND p.JobId IS NULL
    WHERE a.BlockCount = 0 AND a.SizeBytes > 0 AND p.PayloadId IS NULL;

    IF @DryRun = 0
        UPDATE a
        SET PayloadId = w.PayloadId
        FROM dbo.Atoms a
        JOIN #Wrong w ON w.AtomId = a.AtomId;

    COMMIT TRANSACTION;

    SELECT COUNT_BIG(*) AS Relinked FROM #Wrong WHERE PayloadId IS NOT NULL;
END;
GO
