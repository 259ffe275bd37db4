-- Called by: the procedures that take references away, in their transaction.
-- Lowers counts of atoms by what the caller's table #Lowered (AtomId bigint PRIMARY KEY, Times bigint) says. Composed atoms that nothing refers
-- to any more go at once: they have no payload of their own and would come back with the next import. Their blocks, which may be composed
-- themselves, are lowered in turn. Payloads stay, at a count of zero; #Lowered holds those that were lowered afterwards. The last reference that
-- goes counts as a use, so that what is unused has been so since then.
CREATE PROCEDURE dbo.sp_LowerAtoms
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    CREATE TABLE #Gone (AtomId bigint NOT NULL PRIMARY KEY);
    CREATE TABLE #Step (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);

    UPDATE a
    SET ReferenceCount = a.ReferenceCount - l.Times,
        LastAccessedAt = CASE WHEN a.ReferenceCount = l.Times THEN SYSUTCDATETIME() ELSE a.LastAccessedAt END
    FROM dbo.Atoms a
    JOIN #Lowered l ON l.AtomId = a.AtomId;

    WHILE 1 = 1
    BEGIN
        DELETE FROM #Gone;
        INSERT INTO #Gone (AtomId)
        SELECT a.AtomId
        FROM #Lowered l
        JOIN dbo.Atoms a ON a.AtomId = l.AtomId
        WHERE a.ReferenceCount = 0 AND a.BlockCount > 0;
        IF @@ROWCOUNT = 0
            BREAK;

        DELETE FROM #Lowered WHERE AtomId IN (SELECT g.AtomId FROM #Gone g);
        DELETE FROM #Step;
        INSERT INTO #Step (AtomId, Times)
        SELECT c.BlockAtomId, COUNT_BIG(*)
        FROM dbo.TensorAtomCoefficients c
        JOIN #Gone g ON g.AtomId = c.AtomId
        GROUP BY c.BlockAtomId;

        UPDATE a
        SET ReferenceCount = a.ReferenceCount - s.Times,
            LastAccessedAt = CASE WHEN a.ReferenceCount = s.Times THEN SYSUTCDATETIME() ELSE a.LastAccessedAt END
        FROM dbo.Atoms a
        JOIN #Step s ON s.AtomId = a.AtomId;

        DELETE FROM #Step WHERE AtomId IN (SELECT l.AtomId FROM #Lowered l);
        INSERT INTO #Lowered (AtomId, Times)
        SELECT s.AtomId, s.Times
        FROM #Step s;

        DELETE FROM dbo.TensorAtomCoefficients WHERE AtomId IN (SELECT g.AtomId FROM #Gone g);
        DELETE FROM dbo.Atoms WHERE AtomId IN (SELECT g.AtomId FROM #Gone g);
    END;
END;
GO
