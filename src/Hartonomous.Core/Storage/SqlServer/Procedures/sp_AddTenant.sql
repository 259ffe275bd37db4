-- Called by: New-HartTenant, hart tenants add.
CREATE PROCEDURE dbo.sp_AddTenant
    @Name nvarchar(100),
    @MaxAtoms bigint,
    @MaxBytes bigint,
    @Description nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @There nvarchar(100), @Message nvarchar(400);

    SELECT @There = Name FROM dbo.Tenants WHERE Name = @Name;
    IF @There IS NOT NULL
    BEGIN
        SET @Message = CONCAT(N'TENANT_EXISTS|', @There, N'|there is a tenant of this name');
        THROW 51000, @Message, 1;
    END;

    INSERT INTO dbo.Tenants (Name, MaxAtoms, MaxBytes, Description) VALUES (@Name, @MaxAtoms, @MaxBytes, @Description);
END;
GO
