-- Called by: Repair-HartStore, hart repair; for a content whose payload is damaged.
-- Deletes the damaged payload and keeps its atom, which is lost until an import brings its content in again. A payload that is whole stays.
CREATE PROCEDURE dbo.sp_DropPayload
    @Hash binary(32)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin repairs it', 1;

    CREATE TABLE #Damaged (PayloadId bigint NOT NULL PRIMARY KEY);

    BEGIN TRANSACTION;

    INSERT INTO #Damaged (PayloadId)
    SELECT p.PayloadId
    FROM dbo.AtomPayloads p
    WHERE p.Hash = @Hash AND (DATALENGTH(p.Content) <> p.StoredBytes OR HASHBYTES('SHA2_256', p.Content) <> p.Hash);
    UPDATE dbo.Atoms SET PayloadId = NULL WHERE Hash = @Hash AND PayloadId IN (SELECT d.PayloadId FROM #Damaged d);
    DELETE FROM dbo.AtomPayloads WHERE PayloadId IN (SELECT d.PayloadId FROM #Damaged d);

    COMMIT TRANSACTION;
END;
GO
