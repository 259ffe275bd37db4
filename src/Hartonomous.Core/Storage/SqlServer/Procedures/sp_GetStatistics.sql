-- Called by: Measure-HartStore, hart stats.
-- The sums behind the store's statistics. Of a tenant, everything is counted as if the store held nothing of others: its files once each, and
-- the atoms recorded as its. What is unused and kept is always that of the whole store.
CREATE PROCEDURE dbo.sp_GetStatistics
    @TenantId bigint
AS
BEGIN
    SET NOCOUNT ON;

    WITH OwnModels AS (
        SELECT ModelId, TensorCount, SizeBytes FROM dbo.Models WHERE @TenantId IS NULL OR TenantId = @TenantId
    ),
    OwnRecipes AS (
        SELECT RecipeId, SizeBytes
        FROM dbo.Recipes
        WHERE @TenantId IS NULL OR RecipeId IN (SELECT f.RecipeId FROM dbo.ModelFiles f JOIN OwnModels m ON m.ModelId = f.ModelId)
    ),
    Used AS (
        SELECT s.AtomId, SUM(s.SizeBytes) AS Referenced
        FROM dbo.RecipeSegments s
        JOIN OwnRecipes r ON r.RecipeId = s.RecipeId
        WHERE s.AtomId IS NOT NULL
        GROUP BY s.AtomId
    ),
    Tensors AS (
        SELECT t.AtomId FROM dbo.TensorAtoms t WHERE @TenantId IS NULL OR t.TenantId = @TenantId
        UNION
        SELECT t.AtomId FROM dbo.IngestionJobTensors t WHERE @TenantId IS NULL OR t.TenantId = @TenantId
    ),
    OwnAtoms AS (
        SELECT a.AtomId, a.SizeBytes, a.BlockCount
        FROM dbo.Atoms a
        WHERE a.ReferenceCount > 0
          AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM dbo.TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
    ),
    Factors AS (
        SELECT c.BlockAtomId AS AtomId
        FROM dbo.SVDComponents v
        JOIN OwnAtoms o ON o.AtomId = v.AtomId
        JOIN dbo.TensorAtomCoefficients c ON c.AtomId = v.AtomId
    ),
    Beside AS (
        SELECT t.AtomId
        FROM (SELECT AtomId FROM Tensors UNION SELECT AtomId FROM Factors) t
        WHERE NOT EXISTS (SELECT 1 FROM Used u WHERE u.AtomId = t.AtomId)
    )
    SELECT
        (SELECT COUNT_BIG(*) FROM OwnModels) AS Models,
        CAST((SELECT COALESCE(SUM(TensorCount), 0) FROM OwnModels) AS bigint) AS Tensors,
        (SELECT COUNT_BIG(*) FROM dbo.PrunedTensors p WHERE @TenantId IS NULL OR p.TenantId = @TenantId) AS PrunedTensors,
        (SELECT COUNT_BIG(*) FROM OwnAtoms) AS Atoms,
        CAST((SELECT COALESCE(SUM(SizeBytes), 0) FROM OwnModels) AS bigint) AS BytesImported,
        CAST((SELECT COALESCE(SUM(SizeBytes), 0) FROM OwnRecipes) AS bigint) AS RecipeBytes,
        CAST((SELECT COALESCE(SUM(s.SizeBytes), 0) FROM dbo.RecipeSegments s JOIN OwnRecipes r ON r.RecipeId = s.RecipeId
              WHERE s.AtomId IS NULL) AS bigint) AS LiteralBytes,
        CAST((SELECT COALESCE(SUM(Referenced), 0) FROM Used) AS bigint) AS ReferencedBytes,
        CAST((SELECT COALESCE(SUM(a.SizeBytes), 0) FROM Used u JOIN dbo.Atoms a ON a.AtomId = u.AtomId) AS bigint) AS DistinctBytes,
        CAST((SELECT COALESCE(SUM(a.SizeBytes), 0) FROM Beside b JOIN dbo.Atoms a ON a.AtomId = b.AtomId) AS bigint) AS BesideBytes,
        CAST((SELECT COALESCE(SUM(a.SizeBytes), 0)
              FROM dbo.SVDComponents v
              JOIN dbo.Atoms a ON a.AtomId = v.AtomId
              JOIN (SELECT AtomId FROM Used UNION SELECT AtomId FROM Beside) u ON u.AtomId = v.AtomId) AS bigint) AS ComputedBytes,
        CAST((SELECT COALESCE(SUM(SizeBytes), 0) FROM OwnAtoms WHERE BlockCount = 0) AS bigint) AS PayloadBytes,
        CAST((SELECT COALESCE(SUM(a.SizeBytes), 0) FROM dbo.Atoms a WHERE a.ReferenceCount = 0 AND a.PayloadId IS NOT NULL) AS bigint) AS UnusedBytes,
        CAST((SELECT COALESCE(SUM(p.StoredBytes), 0) FROM dbo.AtomPayloads p) AS bigint) AS KeptBytes;
END;
GO
