-- Narrow tables of many rows take half the pages or less. Payloads are left as they are: their bytes do not compress by page.
DECLARE @Sql nvarchar(max) = N'';
SELECT @Sql = @Sql + N'ALTER INDEX ' + QUOTENAME(i.name) + N' ON dbo.' + QUOTENAME(t.name) + N' REBUILD WITH (DATA_COMPRESSION = PAGE);'
FROM sys.tables t
JOIN sys.indexes i ON i.object_id = t.object_id
JOIN sys.partitions p ON p.object_id = i.object_id AND p.index_id = i.index_id
WHERE t.schema_id = SCHEMA_ID(N'dbo')
  AND t.name IN (N'TensorAtomCoefficients', N'TenantAtoms', N'RecipeSegments', N'IngestionJobTensors', N'SpatialKeys', N'TensorAtoms')
  AND i.index_id > 0 AND i.type IN (1, 2) AND p.data_compression = 0;
EXEC sys.sp_executesql @Sql;
GO
