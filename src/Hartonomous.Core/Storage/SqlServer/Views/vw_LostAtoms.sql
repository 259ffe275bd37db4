-- For people: contents that are lost, and what is composed of them. An import that has them brings them in again.
CREATE VIEW dbo.vw_LostAtoms
AS
WITH Lost (AtomId) AS (
    SELECT a.AtomId
    FROM dbo.Atoms a
    WHERE a.PayloadId IS NULL AND a.BlockCount = 0 AND a.SizeBytes > 0
    UNION ALL
    SELECT c.AtomId
    FROM Lost l
    JOIN dbo.TensorAtomCoefficients c ON c.BlockAtomId = l.AtomId)
SELECT DISTINCT l.AtomId FROM Lost l;
GO
