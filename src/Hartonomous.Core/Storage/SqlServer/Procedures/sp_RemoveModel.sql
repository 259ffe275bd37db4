-- Called by: Remove-HartModel, hart remove.
-- Removes a model of a tenant's, or of any where @TenantId is null, and says what nothing refers to any more.
CREATE PROCEDURE dbo.sp_RemoveModel
    @ModelId bigint,
    @TenantId bigint = NULL
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Tensors bigint, @ReleasedAtoms bigint, @ReleasedBytes bigint;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin removes models of all tenants', 1;

    BEGIN TRANSACTION;
    EXEC dbo.sp_RemoveModelRows @ModelId = @ModelId, @TenantId = @TenantId, @Tensors = @Tensors OUTPUT,
        @ReleasedAtoms = @ReleasedAtoms OUTPUT, @ReleasedBytes = @ReleasedBytes OUTPUT;
    COMMIT TRANSACTION;

    SELECT @Tensors AS Tensors, @ReleasedAtoms AS ReleasedAtoms, @ReleasedBytes AS ReleasedBytes;
END;
GO
