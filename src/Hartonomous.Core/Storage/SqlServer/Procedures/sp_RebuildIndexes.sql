-- Called by: Optimize-HartStore -Rebuild, hart optimize --rebuild.
-- Rebuilds fragmented indexes where the server has the feature 7_index_maintenance; elsewhere the engine keeps them in order itself.
CREATE PROCEDURE dbo.sp_RebuildIndexes
AS
BEGIN
    SET NOCOUNT ON;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin optimizes it', 1;

    IF OBJECT_ID(N'dbo.sp_RebuildTables') IS NOT NULL
        EXEC dbo.sp_RebuildTables;
END;
GO
