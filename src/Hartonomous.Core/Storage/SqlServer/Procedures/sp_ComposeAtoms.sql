-- Called by: sp_AtomizeModel_Governed and sp_PutFactors, in their transaction.
-- Records how the tensors of the caller's table #Tensors (Number, Hash, SizeBytes, BlockCount) that the store does not know yet are composed of the
-- blocks in #Blocks (Number, Ordinal, Hash, ByteOffset, X, Y, Z), and counts the references to these. Cut finely, a tensor has few distinct blocks
-- many times over: each is counted in one go.
CREATE PROCEDURE dbo.sp_ComposeAtoms
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Count bigint;

    CREATE TABLE #New (Hash binary(32) NOT NULL PRIMARY KEY, Number int NOT NULL);
    CREATE TABLE #BlockTimes (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);

    INSERT INTO #New (Hash, Number)
    SELECT t.Hash, MIN(t.Number)
    FROM #Tensors t
    WHERE t.BlockCount > 0
      AND NOT EXISTS (SELECT 1 FROM dbo.Atoms a WITH (UPDLOCK, SERIALIZABLE) WHERE a.Hash = t.Hash)
    GROUP BY t.Hash;
    INSERT INTO dbo.Atoms (Hash, SizeBytes, BlockCount)
    SELECT t.Hash, t.SizeBytes, t.BlockCount
    FROM #New n
    JOIN #Tensors t ON t.Number = n.Number
    ORDER BY t.Hash;

    INSERT INTO dbo.TensorAtomCoefficients (AtomId, Ordinal, BlockAtomId, ByteOffset, PositionX, PositionY, PositionZ)
    SELECT w.AtomId, b.Ordinal, a.AtomId, b.ByteOffset, b.X, b.Y, b.Z
    FROM #New n
    JOIN dbo.Atoms w ON w.Hash = n.Hash
    JOIN #Blocks b ON b.Number = n.Number
    JOIN dbo.Atoms a ON a.Hash = b.Hash;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #New n JOIN #Blocks b ON b.Number = n.Number)
        THROW 51000, N'CONTENT_REMOVED|a block|the atom was removed while a job was about to refer to it; import it again', 1;

    INSERT INTO #BlockTimes (AtomId, Times)
    SELECT a.AtomId, COUNT_BIG(*)
    FROM #New n
    JOIN #Blocks b ON b.Number = n.Number
    JOIN dbo.Atoms a ON a.Hash = b.Hash
    GROUP BY a.AtomId;
    UPDATE a
    SET ReferenceCount = a.ReferenceCount + c.Times,
        LastAccessedAt = SYSUTCDATETIME()
    FROM dbo.Atoms a
    JOIN #BlockTimes c ON c.AtomId = a.AtomId;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #BlockTimes)
        THROW 51000, N'CONTENT_REMOVED|a block|the atom was removed while a job was about to refer to it; import it again', 1;
END;
GO
