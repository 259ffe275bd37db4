-- Called by: the procedures that show or change what is not one tenant's, and the row-level security.
-- 1 where the caller may see all tenants: a member of hart_admin or db_owner, or a server administrator.
CREATE FUNCTION dbo.fn_IsStoreAdmin ()
RETURNS int
AS
BEGIN
    RETURN CASE
        WHEN IS_ROLEMEMBER(N'hart_admin') = 1 OR IS_ROLEMEMBER(N'db_owner') = 1 OR IS_SRVROLEMEMBER(N'sysadmin') = 1 THEN 1
        ELSE 0
    END;
END;
GO
