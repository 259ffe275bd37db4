-- For people: what each model would take by itself, and what of it no other model has.
CREATE VIEW dbo.vw_Deduplication
AS
SELECT m.ModelId, t.Name AS Tenant, m.Name AS Model, m.SizeBytes AS FileBytes,
       u.Tensors, u.TensorBytes, u.DistinctTensors, u.SharedTensors, u.SharedBytes
FROM dbo.Models m
JOIN dbo.Tenants t ON t.TenantId = m.TenantId
JOIN (
    SELECT x.ModelId, COUNT_BIG(*) AS Tensors, SUM(x.SizeBytes) AS TensorBytes, COUNT(DISTINCT x.AtomId) AS DistinctTensors,
           SUM(CASE WHEN o.Models > 1 THEN 1 ELSE 0 END) AS SharedTensors, SUM(CASE WHEN o.Models > 1 THEN x.SizeBytes ELSE 0 END) AS SharedBytes
    FROM dbo.TensorAtoms x
    JOIN (SELECT AtomId, COUNT(DISTINCT ModelId) AS Models FROM dbo.TensorAtoms GROUP BY AtomId) o ON o.AtomId = x.AtomId
    GROUP BY x.ModelId) u ON u.ModelId = m.ModelId;
GO
