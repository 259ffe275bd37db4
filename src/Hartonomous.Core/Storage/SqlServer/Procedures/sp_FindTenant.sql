-- Called by: Connect-HartStore, hart, when they open a store for a tenant.
-- The key of a tenant's name, before the connection is anyone's.
CREATE PROCEDURE dbo.sp_FindTenant
    @Name nvarchar(100)
AS
BEGIN
    SET NOCOUNT ON;

    SELECT t.TenantId, t.Name FROM dbo.Tenants t WHERE t.Name = @Name;
END;
GO
