-- For people: the models of all tenants that the reader may see, with what they hold.
CREATE VIEW dbo.vw_Models
AS
SELECT m.ModelId, t.Name AS Tenant, m.Name, m.Format, m.Variant, m.Architecture, m.ParameterCount, m.TensorCount, m.SizeBytes,
       (SELECT COUNT_BIG(*) FROM dbo.ModelFiles f WHERE f.ModelId = m.ModelId) AS Files, m.SourcePath, m.ImportedAt
FROM dbo.Models m
JOIN dbo.Tenants t ON t.TenantId = m.TenantId;
GO
