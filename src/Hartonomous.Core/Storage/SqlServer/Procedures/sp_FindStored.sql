-- Called by: an import, before it uploads: the first half of the missing-hash protocol.
-- Gives the places in @Hashes, @Count hashes of 32 bytes each (65,536 at most), whose content is stored, under whatever cut, and no
-- part of it lost.
CREATE PROCEDURE dbo.sp_FindStored
    @Hashes varbinary(max),
    @Count int
AS
BEGIN
    SET NOCOUNT ON;

    SELECT n.N AS Place
    FROM dbo.Numbers n
    JOIN dbo.Atoms a ON a.Hash = CAST(SUBSTRING(@Hashes, 1 + 32 * n.N, 32) AS binary(32))
    WHERE n.N < @Count
      AND (a.PayloadId IS NOT NULL OR a.SizeBytes = 0
        OR (a.BlockCount > 0 AND NOT EXISTS (SELECT 1 FROM dbo.vw_LostAtoms l WHERE l.AtomId = a.AtomId)));
END;
GO
