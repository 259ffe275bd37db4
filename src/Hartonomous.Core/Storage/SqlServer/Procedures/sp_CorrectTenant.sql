-- Called by: Repair-HartStore, hart repair; for a tenant whose figures differ from what it has.
-- Counts the atoms of a tenant, and their bytes, anew.
CREATE PROCEDURE dbo.sp_CorrectTenant
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Atoms bigint, @Bytes bigint;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin repairs it', 1;

    BEGIN TRANSACTION;

    -- The tenant's row first, as imports do.
    UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @TenantId;
    SELECT @Atoms = COUNT_BIG(*), @Bytes = COALESCE(SUM(a.SizeBytes), 0)
    FROM dbo.TenantAtoms t
    JOIN dbo.Atoms a ON a.AtomId = t.AtomId
    WHERE t.TenantId = @TenantId AND a.BlockCount = 0;
    UPDATE dbo.Tenants SET AtomCount = @Atoms, ByteCount = @Bytes WHERE TenantId = @TenantId;

    COMMIT TRANSACTION;
END;
GO
