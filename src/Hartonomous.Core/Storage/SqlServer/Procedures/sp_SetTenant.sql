-- Called by: Set-HartTenant, hart tenants set.
CREATE PROCEDURE dbo.sp_SetTenant
    @Name nvarchar(100),
    @MaxAtoms bigint,
    @MaxBytes bigint,
    @Description nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    UPDATE dbo.Tenants SET MaxAtoms = @MaxAtoms, MaxBytes = @MaxBytes, Description = @Description WHERE Name = @Name;
END;
GO
