-- Called by: the procedures that delete a model or a checkpoint, in their transaction, before the rows go.
-- Notes in the caller's table #Released (AtomId bigint PRIMARY KEY, Depth int) what a model, or a job's checkpoint, reaches.
CREATE PROCEDURE dbo.sp_CollectAtoms
    @ModelId bigint,
    @JobId bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Depth int = 0, @Added int = 1;

    INSERT INTO #Released (AtomId, Depth)
    SELECT AtomId, 0 FROM dbo.TensorAtoms WHERE ModelId = @ModelId
    UNION
    SELECT s.AtomId, 0
    FROM dbo.ModelFiles f
    JOIN dbo.RecipeSegments s ON s.RecipeId = f.RecipeId
    WHERE f.ModelId = @ModelId AND s.AtomId IS NOT NULL
    UNION
    SELECT AtomId, 0 FROM dbo.IngestionJobTensors WHERE JobId = @JobId;

    WHILE @Added > 0
    BEGIN
        INSERT INTO #Released (AtomId, Depth)
        SELECT DISTINCT c.BlockAtomId, @Depth + 1
        FROM #Released p
        JOIN dbo.TensorAtomCoefficients c ON c.AtomId = p.AtomId
        WHERE p.Depth = @Depth AND NOT EXISTS (SELECT 1 FROM #Released k WHERE k.AtomId = c.BlockAtomId);
        SET @Added = @@ROWCOUNT;
        SET @Depth = @Depth + 1;
    END;
END;
GO
