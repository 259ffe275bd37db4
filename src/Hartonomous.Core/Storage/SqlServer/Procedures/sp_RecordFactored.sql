-- Called by: Compress-HartTensor -DropOriginal, Expand-HartTensor, hart compress, hart expand.
-- Stores a model whose contents are stored, some of them atoms that come from factors; it can take the place of another model, which goes in the same
-- transaction. The caller's tables: #Payloads (Hash, Content) holds parts of files that may not be stored yet, #Factors what is recorded of the tensors
-- that come from factors, TensorAtomId being the tensor's number in the model. The parameters are those of sp_RecordModel.
CREATE PROCEDURE dbo.sp_RecordFactored
    @TenantId bigint,
    @Replaces bigint,
    @Hashes varbinary(max),
    @Texts nvarchar(max),
    @Model nvarchar(max),
    @Metadata nvarchar(max),
    @Files nvarchar(max),
    @Segments nvarchar(max),
    @Literals varbinary(max),
    @Rows nvarchar(max),
    @Pruned nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @ModelId bigint, @AtomsBefore bigint, @BytesBefore bigint, @X bigint, @Y bigint, @Z bigint;

    CREATE TABLE #Charged (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);

    BEGIN TRANSACTION;

    UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @TenantId;
    SELECT @AtomsBefore = n.AtomCount, @BytesBefore = n.ByteCount FROM dbo.Tenants n WHERE n.TenantId = @TenantId;
    EXEC dbo.sp_KeepPayloads;

    -- The model that is replaced goes at the end: what both have is never without a reference.
    UPDATE dbo.Models
    SET Name = CONCAT(LEFT(Name, 400), NCHAR(10), CAST(NEWID() AS nvarchar(36)))
    WHERE ModelId = @Replaces AND TenantId = @TenantId;
    EXEC dbo.sp_RecordModel @JobId = NULL, @TenantId = @TenantId, @Hashes = @Hashes, @Texts = @Texts, @Model = @Model, @Metadata = @Metadata,
        @Files = @Files, @Segments = @Segments, @Literals = @Literals, @Rows = @Rows, @Pruned = @Pruned, @ModelId = @ModelId OUTPUT;

    UPDATE f
    SET TensorAtomId = t.TensorAtomId
    FROM #Factors f
    JOIN dbo.TensorAtoms t ON t.ModelId = @ModelId AND t.Ordinal = f.TensorAtomId;
    EXEC dbo.sp_ReferFactors @TenantId = @TenantId;
    EXEC dbo.sp_ChargeTenant @TenantId = @TenantId;
    IF @Replaces IS NOT NULL
        EXEC dbo.sp_RemoveModelRows @ModelId = @Replaces, @TenantId = @TenantId, @Tensors = @X OUTPUT, @ReleasedAtoms = @Y OUTPUT,
            @ReleasedBytes = @Z OUTPUT;
    EXEC dbo.sp_CheckQuota @TenantId = @TenantId, @AtomsBefore = @AtomsBefore, @BytesBefore = @BytesBefore, @Pending = 0x, @PendingCount = 0;

    COMMIT TRANSACTION;

    SELECT @ModelId AS ModelId;
END;
GO
