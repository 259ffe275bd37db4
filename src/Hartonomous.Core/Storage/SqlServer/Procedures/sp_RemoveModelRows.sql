-- Called by: sp_RemoveModel, sp_RemoveTenant and, to replace a model, sp_RecordModel and sp_RecordFactored; in their transaction.
-- Removes a model's rows and lowers the counts of what they referred to. Recipes nobody uses go; payloads stay, at a count of zero.
CREATE PROCEDURE dbo.sp_RemoveModelRows
    @ModelId bigint,
    @TenantId bigint,
    @Tensors bigint OUTPUT,
    @ReleasedAtoms bigint OUTPUT,
    @ReleasedBytes bigint OUTPUT
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Owner bigint, @Message nvarchar(400);

    SELECT @Owner = m.TenantId, @Tensors = m.TensorCount
    FROM dbo.Models m
    WHERE m.ModelId = @ModelId AND (@TenantId IS NULL OR m.TenantId = @TenantId);
    IF @Owner IS NULL
    BEGIN
        SET @Message = CONCAT(N'MODEL_NOT_FOUND|model ', @ModelId, N'|no such model is stored');
        THROW 51000, @Message, 1;
    END;

    -- The tenant's row first, as imports do: what follows is then done for one of them at a time.
    UPDATE dbo.Tenants SET LastIngestedAt = LastIngestedAt WHERE TenantId = @Owner;

    CREATE TABLE #Released (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);
    CREATE TABLE #Lowered (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);
    CREATE TABLE #GoneRecipes (RecipeId bigint NOT NULL PRIMARY KEY);
    EXEC dbo.sp_CollectAtoms @ModelId = @ModelId, @JobId = NULL;

    UPDATE r
    SET ReferenceCount = r.ReferenceCount - u.Times
    FROM dbo.Recipes r
    JOIN (SELECT RecipeId, COUNT_BIG(*) AS Times FROM dbo.ModelFiles WHERE ModelId = @ModelId GROUP BY RecipeId) u ON u.RecipeId = r.RecipeId;

    INSERT INTO #GoneRecipes (RecipeId)
    SELECT DISTINCT f.RecipeId
    FROM dbo.ModelFiles f
    JOIN dbo.Recipes r ON r.RecipeId = f.RecipeId
    WHERE f.ModelId = @ModelId AND r.ReferenceCount = 0;

    DELETE FROM dbo.ModelFiles WHERE ModelId = @ModelId;

    INSERT INTO #Lowered (AtomId, Times)
    SELECT u.AtomId, COUNT_BIG(*)
    FROM (
        SELECT AtomId FROM dbo.TensorAtoms WHERE ModelId = @ModelId
        UNION ALL
        SELECT f.AtomId FROM dbo.TensorFactors f JOIN dbo.TensorAtoms t ON t.TensorAtomId = f.TensorAtomId WHERE t.ModelId = @ModelId
        UNION ALL
        SELECT s.AtomId FROM dbo.RecipeSegments s JOIN #GoneRecipes g ON g.RecipeId = s.RecipeId WHERE s.AtomId IS NOT NULL) u
    GROUP BY u.AtomId;

    DELETE FROM dbo.TensorFactors WHERE TensorAtomId IN (SELECT t.TensorAtomId FROM dbo.TensorAtoms t WHERE t.ModelId = @ModelId);
    DELETE FROM dbo.TensorScores WHERE TensorAtomId IN (SELECT t.TensorAtomId FROM dbo.TensorAtoms t WHERE t.ModelId = @ModelId);
    DELETE FROM dbo.PrunedTensors WHERE TensorAtomId IN (SELECT t.TensorAtomId FROM dbo.TensorAtoms t WHERE t.ModelId = @ModelId);
    DELETE FROM dbo.TensorAtoms WHERE ModelId = @ModelId;
    DELETE FROM dbo.RecipeSegments WHERE RecipeId IN (SELECT g.RecipeId FROM #GoneRecipes g);
    DELETE FROM dbo.Recipes WHERE RecipeId IN (SELECT g.RecipeId FROM #GoneRecipes g);
    DELETE FROM dbo.Models WHERE ModelId = @ModelId;

    EXEC dbo.sp_ReleaseTenantAtoms @TenantId = @Owner;
    EXEC dbo.sp_LowerAtoms;

    SELECT @ReleasedAtoms = COUNT_BIG(*), @ReleasedBytes = COALESCE(SUM(a.SizeBytes), 0)
    FROM #Lowered l
    JOIN dbo.Atoms a ON a.AtomId = l.AtomId
    WHERE a.ReferenceCount = 0 AND a.PayloadId IS NOT NULL;
END;
GO
