-- Called by: Compress-HartTensor, hart compress, for each tensor.
-- Stores the factors of a tensor of the tenant's (of any where an admin asks with no tenant) in place of any it has, all in one transaction. The
-- caller's tables hold what they are: #Payloads (Hash, Content) their bytes, #Tensors and #Blocks (see sp_ComposeAtoms) how these are composed, the
-- atom that comes from them the last of #Tensors, #Factors the one row to be recorded, without what the original is.
CREATE PROCEDURE dbo.sp_PutFactors
    @TenantId bigint,
    @TensorAtomId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Owner bigint, @Content binary(32), @IsNew int, @AtomId bigint, @Former bigint, @AtomsBefore bigint, @BytesBefore bigint,
            @Message nvarchar(400);

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin compresses tensors of all tenants', 1;

    CREATE TABLE #Charged (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);
    CREATE TABLE #Released (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);
    CREATE TABLE #Lowered (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);

    BEGIN TRANSACTION;

    -- The tenant's row first, as imports do.
    SELECT @Owner = t.TenantId FROM dbo.TensorAtoms t WHERE t.TensorAtomId = @TensorAtomId AND (@TenantId IS NULL OR t.TenantId = @TenantId);
    UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @Owner;
    SELECT @AtomsBefore = n.AtomCount, @BytesBefore = n.ByteCount FROM dbo.Tenants n WHERE n.TenantId = @Owner;

    UPDATE f
    SET OriginalHash = a.Hash, OriginalDtype = t.Dtype, OriginalBytes = t.SizeBytes
    FROM #Factors f
    JOIN dbo.TensorAtoms t ON t.TensorAtomId = f.TensorAtomId
    JOIN dbo.Atoms a ON a.AtomId = t.AtomId
    WHERE t.TensorAtomId = @TensorAtomId AND t.TenantId = @Owner;
    IF @@ROWCOUNT = 0
    BEGIN
        SET @Message = CONCAT(N'TENSOR_NOT_FOUND|tensor ', @TensorAtomId, N'|no such tensor is stored');
        THROW 51000, @Message, 1;
    END;

    SELECT @Content = f.Content FROM #Factors f;
    SELECT @IsNew = CASE WHEN EXISTS (SELECT 1 FROM dbo.Atoms a WITH (UPDLOCK, SERIALIZABLE) WHERE a.Hash = @Content) THEN 0 ELSE 1 END;
    EXEC dbo.sp_KeepPayloads;
    EXEC dbo.sp_ComposeAtoms;
    SELECT @AtomId = a.AtomId FROM dbo.Atoms a WHERE a.Hash = @Content;
    IF @IsNew = 1
        INSERT INTO dbo.SVDComponents (AtomId, Dtype, [RowCount], ColumnCount, Rank, FactorDtype, BaseDtype)
        SELECT @AtomId, f.Dtype, f.[RowCount], f.ColumnCount, f.Rank, f.FactorDtype, f.BaseDtype
        FROM #Factors f;

    -- Held meanwhile: it may be the very atom whose last reference is taken away.
    SELECT @Former = f.AtomId FROM dbo.TensorFactors f WHERE f.TensorAtomId = @TensorAtomId;
    IF @Former IS NOT NULL
    BEGIN
        UPDATE dbo.Atoms SET ReferenceCount = ReferenceCount + 1 WHERE AtomId = @AtomId;
        EXEC dbo.sp_CollectAtoms @ModelId = NULL, @JobId = NULL, @AtomId = @Former;
        DELETE FROM dbo.TensorFactors WHERE TensorAtomId = @TensorAtomId;
        INSERT INTO #Lowered (AtomId, Times) VALUES (@Former, 1);
        EXEC dbo.sp_ReleaseTenantAtoms @TenantId = @Owner;
        EXEC dbo.sp_LowerAtoms;
        UPDATE dbo.Atoms SET ReferenceCount = ReferenceCount - 1 WHERE AtomId = @AtomId;
    END;

    EXEC dbo.sp_ReferFactors @TenantId = @Owner;
    EXEC dbo.sp_ChargeTenant @TenantId = @Owner;
    EXEC dbo.sp_CheckQuota @TenantId = @Owner, @AtomsBefore = @AtomsBefore, @BytesBefore = @BytesBefore, @Pending = 0x, @PendingCount = 0;

    COMMIT TRANSACTION;
END;
GO
