-- Called by: Remove-HartAtom, hart prune.
-- Tells who else needs the contents of a model's tensors. A file that another model has too gives references that are not this model's.
CREATE PROCEDURE dbo.sp_ListUses
    @TenantId bigint,
    @ModelId bigint
AS
BEGIN
    SET NOCOUNT ON;

    WITH OwnRecipes AS (
        SELECT f.RecipeId
        FROM dbo.ModelFiles f
        WHERE f.ModelId = @ModelId
          AND NOT EXISTS (SELECT 1 FROM dbo.Recipes r WHERE r.RecipeId = f.RecipeId AND r.ReferenceCount > (
            SELECT COUNT_BIG(*) FROM dbo.ModelFiles o WHERE o.RecipeId = f.RecipeId AND o.ModelId = @ModelId))
        GROUP BY f.RecipeId),
    Own AS (
        SELECT u.AtomId, COUNT_BIG(*) AS Times
        FROM (
            SELECT AtomId FROM dbo.TensorAtoms WHERE ModelId = @ModelId
            UNION ALL
            SELECT s.AtomId FROM dbo.RecipeSegments s JOIN OwnRecipes r ON r.RecipeId = s.RecipeId WHERE s.AtomId IS NOT NULL) u
        GROUP BY u.AtomId),
    OfModel AS (
        SELECT AtomId, COUNT_BIG(*) AS Tensors FROM dbo.TensorAtoms WHERE ModelId = @ModelId GROUP BY AtomId)
    SELECT t.TensorAtomId,
           a.ReferenceCount - o.Times + (SELECT COUNT_BIG(*) FROM dbo.AtomPayloads d WHERE d.BaseAtomId = a.AtomId) AS OtherReferences,
           m.Tensors AS TensorsOfModel
    FROM dbo.TensorAtoms t
    JOIN dbo.Atoms a ON a.AtomId = t.AtomId
    JOIN Own o ON o.AtomId = t.AtomId
    JOIN OfModel m ON m.AtomId = t.AtomId
    WHERE t.ModelId = @ModelId AND (@TenantId IS NULL OR t.TenantId = @TenantId)
    ORDER BY t.Ordinal;
END;
GO
