-- Called by: Invoke-HartSpatialize, hart spatialize; a chunk at a time.
-- Stores the sketches with their keys that the caller's table #Entries holds, which has the columns of AtomEmbeddings, EmbeddingSketches and
-- SpatialKeys. What is there already stays as it is; what belongs to an atom that is gone, or to none of the tenant's, is left out.
CREATE PROCEDURE dbo.sp_WriteSketches
    @TenantId bigint,
    @SketchConfigId int,
    @ProjectionConfigId int
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    IF @TenantId IS NULL AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin writes sketches of all tenants', 1;

    BEGIN TRANSACTION;

    INSERT INTO dbo.AtomEmbeddings
        (SketchConfigId, AtomId, Level, Dtype, RowLength, FirstRow, [RowCount], ValueCount, NonFiniteCount, Norm, IsConstant, Signature)
    SELECT @SketchConfigId, e.AtomId, e.Level, e.Dtype, e.RowLength, e.FirstRow, e.[RowCount], e.ValueCount, e.NonFiniteCount, e.Norm, e.IsConstant,
           e.Signature
    FROM #Entries e
    JOIN dbo.Atoms a ON a.AtomId = e.AtomId
    WHERE (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = e.AtomId))
      AND NOT EXISTS (
        SELECT 1
        FROM dbo.AtomEmbeddings x WITH (UPDLOCK, SERIALIZABLE)
        WHERE x.AtomId = e.AtomId AND x.SketchConfigId = @SketchConfigId AND x.Level = e.Level AND x.Dtype = e.Dtype
          AND x.RowLength = e.RowLength AND x.FirstRow = e.FirstRow)
    ORDER BY e.AtomId, e.Level, e.Dtype, e.RowLength, e.FirstRow;

    INSERT INTO dbo.EmbeddingSketches (EmbeddingId, Sketch)
    SELECT x.EmbeddingId, e.Sketch
    FROM #Entries e
    JOIN dbo.AtomEmbeddings x
        ON x.AtomId = e.AtomId AND x.SketchConfigId = @SketchConfigId AND x.Level = e.Level AND x.Dtype = e.Dtype AND x.RowLength = e.RowLength
        AND x.FirstRow = e.FirstRow
    WHERE e.Sketch IS NOT NULL AND x.Signature IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM dbo.EmbeddingSketches s WHERE s.EmbeddingId = x.EmbeddingId);

    INSERT INTO dbo.SpatialKeys (EmbeddingId, ProjectionConfigId, X, Y, Z, HilbertIndex, MortonIndex, Morton2DIndex)
    SELECT x.EmbeddingId, @ProjectionConfigId, e.X, e.Y, e.Z, e.HilbertIndex, e.MortonIndex, e.Morton2DIndex
    FROM #Entries e
    JOIN dbo.AtomEmbeddings x
        ON x.AtomId = e.AtomId AND x.SketchConfigId = @SketchConfigId AND x.Level = e.Level AND x.Dtype = e.Dtype AND x.RowLength = e.RowLength
        AND x.FirstRow = e.FirstRow
    WHERE NOT EXISTS (SELECT 1 FROM dbo.SpatialKeys k WHERE k.EmbeddingId = x.EmbeddingId AND k.ProjectionConfigId = @ProjectionConfigId);

    -- Last, so that those who write at the same time wait for each other only here.
    UPDATE dbo.SpatialState SET Changes = Changes + 1 WHERE Id = 1;
    COMMIT TRANSACTION;
END;
GO
