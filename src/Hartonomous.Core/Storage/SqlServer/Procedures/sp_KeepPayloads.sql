-- Called by: sp_PutFactors and sp_RecordFactored, in their transaction.
-- Stores the payloads of the caller's table #Payloads (Hash binary(32), Content varbinary(max)) as atoms that nothing refers to yet, those that are
-- there already left as they are.
CREATE PROCEDURE dbo.sp_KeepPayloads
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    CREATE TABLE #Kept (PayloadId bigint NOT NULL, Hash binary(32) NOT NULL, StoredBytes bigint NOT NULL);

    INSERT INTO dbo.AtomPayloads (Hash, StoredBytes, Content)
    OUTPUT inserted.PayloadId, inserted.Hash, inserted.StoredBytes INTO #Kept (PayloadId, Hash, StoredBytes)
    SELECT p.Hash, DATALENGTH(p.Content), p.Content
    FROM #Payloads p
    WHERE NOT EXISTS (
        SELECT 1
        FROM dbo.Atoms a WITH (UPDLOCK, SERIALIZABLE)
        WHERE a.Hash = p.Hash AND (a.PayloadId IS NOT NULL OR a.BlockCount > 0))
    ORDER BY p.Hash;

    UPDATE a
    SET PayloadId = k.PayloadId
    FROM dbo.Atoms a
    JOIN #Kept k ON k.Hash = a.Hash;
    INSERT INTO dbo.Atoms (Hash, SizeBytes, PayloadId)
    SELECT k.Hash, k.StoredBytes, k.PayloadId
    FROM #Kept k
    WHERE NOT EXISTS (SELECT 1 FROM dbo.Atoms a WITH (UPDLOCK, SERIALIZABLE) WHERE a.Hash = k.Hash)
    ORDER BY k.Hash;
END;
GO
