-- For people: every tensor with its model, its shape, and by how many tensors, blocks, files and jobs its content is shared.
CREATE VIEW dbo.vw_TensorAtoms
AS
SELECT x.TensorAtomId, t.Name AS Tenant, m.Name AS Model, x.Ordinal, x.Name, x.Dtype, x.Shape, x.SizeBytes, x.LayerType, x.LayerIndex, x.Component,
       x.FilePath, x.FileOffset, a.Hash, a.BlockCount, a.ReferenceCount, a.FirstSeenAt, a.LastAccessedAt
FROM dbo.TensorAtoms x
JOIN dbo.Models m ON m.ModelId = x.ModelId
JOIN dbo.Tenants t ON t.TenantId = m.TenantId
JOIN dbo.Atoms a ON a.AtomId = x.AtomId;
GO
