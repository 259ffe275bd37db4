-- Called by: sp_AtomizeModel_Governed, sp_PutFactors and sp_RecordFactored, last in their transaction.
-- Holds what a tenant has, with contents of a job whose tensors are not complete yet, against its quotas. A chunk that adds nothing is never
-- refused. @Pending are @PendingCount hashes of 32 bytes, distinct or not.
CREATE PROCEDURE dbo.sp_CheckQuota
    @TenantId bigint,
    @AtomsBefore bigint,
    @BytesBefore bigint,
    @Pending varbinary(max),
    @PendingCount int
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Name nvarchar(100), @MaxAtoms bigint, @MaxBytes bigint, @Atoms bigint, @Bytes bigint, @MoreAtoms bigint, @MoreBytes bigint,
            @Message nvarchar(400);

    SELECT @Name = Name, @MaxAtoms = MaxAtoms, @MaxBytes = MaxBytes, @Atoms = AtomCount, @Bytes = ByteCount
    FROM dbo.Tenants
    WHERE TenantId = @TenantId;

    IF @MaxAtoms IS NULL AND @MaxBytes IS NULL
        RETURN;

    SELECT @MoreAtoms = COUNT_BIG(*), @MoreBytes = COALESCE(SUM(a.SizeBytes), 0)
    FROM (
        SELECT DISTINCT CAST(SUBSTRING(@Pending, 1 + 32 * (n.N + 65536 * h.N), 32) AS binary(32)) AS Hash
        FROM dbo.Numbers n
        JOIN dbo.Numbers h ON h.N <= @PendingCount / 65536
        WHERE n.N + 65536 * h.N < @PendingCount) p
    JOIN dbo.Atoms a ON a.Hash = p.Hash
    WHERE a.BlockCount = 0 AND NOT EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId);

    IF @Atoms = @AtomsBefore AND @Bytes = @BytesBefore AND @MoreAtoms = 0
        RETURN;

    IF @Atoms + @MoreAtoms > @MaxAtoms
    BEGIN
        SET @Message = CONCAT(N'QUOTA_ATOMS|', @Name, N'|the tenant would have ', @Atoms + @MoreAtoms, N' atoms, its quota is ', @MaxAtoms);
        THROW 51000, @Message, 1;
    END;

    IF @Bytes + @MoreBytes > @MaxBytes
    BEGIN
        SET @Message = CONCAT(N'QUOTA_BYTES|', @Name, N'|the tenant would have ', @Bytes + @MoreBytes, N' bytes, its quota is ', @MaxBytes);
        THROW 51000, @Message, 1;
    END;
END;
GO
