-- Called by: the procedures that delete a model, a checkpoint or a tensor's factors, in their transaction, before the rows go.
-- Notes in the caller's table #Released (AtomId bigint PRIMARY KEY, Depth int) what a model, a job's checkpoint or an atom reaches.
CREATE PROCEDURE dbo.sp_CollectAtoms
    @ModelId bigint,
    @JobId bigint,
    @AtomId bigint = NULL
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
    SELECT AtomId, 0 FROM dbo.IngestionJobTensors WHERE JobId = @JobId
    UNION
    SELECT f.AtomId, 0
    FROM dbo.TensorFactors f
    JOIN dbo.TensorAtoms t ON t.TensorAtomId = f.TensorAtomId
    WHERE t.ModelId = @ModelId
    UNION
    SELECT AtomId, 0 FROM dbo.Atoms WHERE AtomId = @AtomId;

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
