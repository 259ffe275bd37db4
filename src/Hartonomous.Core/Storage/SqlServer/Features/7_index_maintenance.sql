-- Indexes are rebuilt as the owner of the database, which members of hart_admin need not be. Only sp_RebuildIndexes calls the procedure, and asks
-- first who wants it.
DROP PROCEDURE IF EXISTS dbo.sp_RebuildTables;
GO

-- Called by: sp_RebuildIndexes.
-- Rebuilds the indexes of the store's tables that are over a tenth fragmented, and brings statistics up to date. Payloads are left where they
-- are: their table only grows and is read by key.
CREATE PROCEDURE dbo.sp_RebuildTables
WITH EXECUTE AS OWNER
AS
BEGIN
    SET NOCOUNT ON;

    DECLARE @Table sysname, @Sql nvarchar(max);

    DECLARE Tables CURSOR LOCAL FAST_FORWARD FOR
        SELECT t.name
        FROM sys.tables t
        WHERE SCHEMA_NAME(t.schema_id) = N'dbo'
          AND t.name IN (N'Atoms', N'TensorAtomCoefficients', N'Recipes', N'RecipeSegments', N'Models', N'ModelFiles', N'TensorAtoms',
            N'IngestionJobs', N'IngestionJobTensors', N'TenantAtoms', N'AtomEmbeddings', N'SpatialKeys');
    OPEN Tables;
    FETCH NEXT FROM Tables INTO @Table;
    WHILE @@FETCH_STATUS = 0
    BEGIN
        SET @Sql = N'';
        SELECT @Sql = @Sql + N'ALTER INDEX ' + QUOTENAME(i.name) + N' ON dbo.' + QUOTENAME(@Table) + N' REBUILD;'
        FROM sys.dm_db_index_physical_stats(DB_ID(), OBJECT_ID(N'dbo.' + @Table), NULL, NULL, N'LIMITED') s
        JOIN sys.indexes i ON i.object_id = s.object_id AND i.index_id = s.index_id
        WHERE s.avg_fragmentation_in_percent > 10 AND s.page_count > 100 AND i.index_id > 0 AND i.type IN (1, 2);
        EXEC sys.sp_executesql @Sql;
        SET @Sql = N'UPDATE STATISTICS dbo.' + QUOTENAME(@Table) + N';';
        EXEC sys.sp_executesql @Sql;
        FETCH NEXT FROM Tables INTO @Table;
    END;
    CLOSE Tables;
    DEALLOCATE Tables;
END;
GO
