-- Called by: Measure-HartTensor -Save, hart score --save.
-- Stores the scores that the caller's table #Scores holds, which has the columns of TensorScores, each in the place of the tensor's earlier one of
-- the same method. All or none: a tensor that is gone, or no longer has the content that was scored (Hash), ends it.
CREATE PROCEDURE dbo.sp_SaveScores
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Bad nvarchar(max), @Message nvarchar(2000);

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin scores tensors of all tenants', 1;

    BEGIN TRANSACTION;

    SELECT TOP (1) @Bad = s.Tensor
    FROM #Scores s
    WHERE NOT EXISTS (
        SELECT 1
        FROM dbo.TensorAtoms t
        JOIN dbo.Atoms a ON a.AtomId = t.AtomId
        WHERE t.TensorAtomId = s.TensorAtomId AND a.Hash = s.Hash AND (@TenantId IS NULL OR t.TenantId = @TenantId));
    IF @Bad IS NOT NULL
    BEGIN
        SET @Message = CONCAT(N'TENSOR_NOT_FOUND|', LEFT(@Bad, 500), N'|the tensor is gone, or no longer has the content that was scored');
        THROW 51000, @Message, 1;
    END;

    DELETE FROM dbo.TensorScores
    WHERE EXISTS (SELECT 1 FROM #Scores s WHERE s.TensorAtomId = TensorScores.TensorAtomId AND s.Method = TensorScores.Method);
    INSERT INTO dbo.TensorScores
        (TensorAtomId, Method, TenantId, AtomId, Mean, Total, Least, Greatest, ValueCount, InvalidCount, RowMeans, BlockMeans, Inputs, ProductVersion,
         ScoredAt)
    SELECT s.TensorAtomId, s.Method, t.TenantId, t.AtomId, s.Mean, s.Total, s.Least, s.Greatest, s.ValueCount, s.InvalidCount, s.RowMeans, s.BlockMeans,
           s.Inputs, s.ProductVersion, s.ScoredAt
    FROM #Scores s
    JOIN dbo.TensorAtoms t ON t.TensorAtomId = s.TensorAtomId
    ORDER BY s.TensorAtomId, s.Method;

    COMMIT TRANSACTION;
END;
GO
