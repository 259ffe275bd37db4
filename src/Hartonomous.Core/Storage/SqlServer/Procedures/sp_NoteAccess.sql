-- Called by: whoever has read or exported tensors, every quarter of an hour and when a store is closed.
-- Notes when atoms were used, where the time that is recorded is over an hour older. @Hashes are 32 bytes each, @Times is JSON: the time of each,
-- in their order. Rows that somebody else holds are passed over: notes may be lost.
CREATE PROCEDURE dbo.sp_NoteAccess
    @Hashes varbinary(max),
    @Times nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;
    SET LOCK_TIMEOUT 1000;

    CREATE TABLE #Notes (Hash binary(32) NOT NULL PRIMARY KEY, UsedAt datetime2(3) NOT NULL);
    INSERT INTO #Notes (Hash, UsedAt)
    SELECT CAST(SUBSTRING(@Hashes, 1 + 32 * CAST(t.[key] AS int), 32) AS binary(32)), CAST(t.value AS datetime2(3))
    FROM OPENJSON(@Times) t;

    UPDATE a
    SET LastAccessedAt = n.UsedAt
    FROM dbo.Atoms a WITH (READPAST, ROWLOCK)
    JOIN #Notes n ON n.Hash = a.Hash
    WHERE a.LastAccessedAt < DATEADD(hour, -1, n.UsedAt);
END;
GO
