-- Called by: an import, before it uploads: the first half of the missing-hash protocol.
-- Gives the places in @Hashes, @Count hashes of 32 bytes each (65,536 at most), whose content is stored, under whatever cut.
CREATE PROCEDURE dbo.sp_FindStored
    @Hashes varbinary(max),
    @Count int
AS
BEGIN
    SET NOCOUNT ON;

    SELECT n.N AS Place
    FROM dbo.Numbers n
    JOIN dbo.Atoms a ON a.Hash = CAST(SUBSTRING(@Hashes, 1 + 32 * n.N, 32) AS binary(32))
    WHERE n.N < @Count AND (a.PayloadId IS NOT NULL OR a.BlockCount > 0 OR a.SizeBytes = 0);
END;
GO
