-- Called by: sp_PutFactors and sp_RecordFactored, in their transaction.
-- Records which atoms stand for which tensors, as the caller's table #Factors says, which has the columns of TensorFactors with the atom's hash in
-- Content; notes these atoms in the caller's #Charged (AtomId, Depth) for sp_ChargeTenant.
CREATE PROCEDURE dbo.sp_ReferFactors
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Count bigint;

    CREATE TABLE #StandIns (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);

    INSERT INTO dbo.TensorFactors
        (TensorAtomId, TenantId, AtomId, Dtype, [RowCount], ColumnCount, Rank, FactorDtype, BaseDtype, FactorBytes, OriginalHash, OriginalDtype,
         OriginalBytes, IsDropped, RelativeError, SpectralError, TensorError, BaseModel)
    SELECT f.TensorAtomId, @TenantId, a.AtomId, f.Dtype, f.[RowCount], f.ColumnCount, f.Rank, f.FactorDtype, f.BaseDtype, f.FactorBytes, f.OriginalHash,
           f.OriginalDtype, f.OriginalBytes, f.IsDropped, f.RelativeError, f.SpectralError, f.TensorError, f.BaseModel
    FROM #Factors f
    JOIN dbo.Atoms a ON a.Hash = f.Content;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #Factors)
        THROW 51000, N'CONTENT_REMOVED|a tensor|its factors were removed meanwhile; compress it again', 1;

    INSERT INTO #StandIns (AtomId, Times)
    SELECT a.AtomId, COUNT_BIG(*)
    FROM #Factors f
    JOIN dbo.Atoms a ON a.Hash = f.Content
    GROUP BY a.AtomId;
    UPDATE a
    SET ReferenceCount = a.ReferenceCount + s.Times
    FROM dbo.Atoms a
    JOIN #StandIns s ON s.AtomId = a.AtomId;

    INSERT INTO #Charged (AtomId, Depth)
    SELECT s.AtomId, 0
    FROM #StandIns s
    WHERE NOT EXISTS (SELECT 1 FROM #Charged c WHERE c.AtomId = s.AtomId);
END;
GO
