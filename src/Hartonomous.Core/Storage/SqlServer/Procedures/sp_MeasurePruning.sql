-- Called by: Remove-HartAtom, hart prune, before they prune and with -WhatIf.
-- Gives what tells the bytes that come free when tensors of a model, @Tensors being a JSON array of their keys, give their contents up: each tensor's
-- atom with the references that go with it; all atoms these reach, with their counts and stored bytes; how often each has which blocks.
CREATE PROCEDURE dbo.sp_MeasurePruning
    @TenantId bigint,
    @ModelId bigint,
    @Tensors nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;

    DECLARE @Depth int = 0, @Added int = 1;

    CREATE TABLE #Tensors (TensorAtomId bigint NOT NULL PRIMARY KEY, AtomId bigint NOT NULL, Times bigint NOT NULL);
    CREATE TABLE #Reached (AtomId bigint NOT NULL PRIMARY KEY, Depth int NOT NULL);

    WITH OwnRecipes AS (
        SELECT f.RecipeId
        FROM dbo.ModelFiles f
        WHERE f.ModelId = @ModelId
          AND NOT EXISTS (SELECT 1 FROM dbo.Recipes r WHERE r.RecipeId = f.RecipeId AND r.ReferenceCount > (
            SELECT COUNT_BIG(*) FROM dbo.ModelFiles o WHERE o.RecipeId = f.RecipeId AND o.ModelId = @ModelId))
        GROUP BY f.RecipeId)
    INSERT INTO #Tensors (TensorAtomId, AtomId, Times)
    SELECT t.TensorAtomId, t.AtomId, 1 + (
        SELECT COUNT_BIG(*)
        FROM dbo.ModelFiles f
        JOIN OwnRecipes r ON r.RecipeId = f.RecipeId
        JOIN dbo.RecipeSegments s ON s.RecipeId = f.RecipeId
        WHERE f.ModelId = @ModelId AND f.Path = t.FilePath AND s.FileOffset = t.FileOffset AND s.AtomId = t.AtomId)
    FROM dbo.TensorAtoms t
    WHERE t.ModelId = @ModelId AND (@TenantId IS NULL OR t.TenantId = @TenantId)
      AND t.TensorAtomId IN (SELECT CAST(i.value AS bigint) FROM OPENJSON(@Tensors) i);

    INSERT INTO #Reached (AtomId, Depth) SELECT DISTINCT t.AtomId, 0 FROM #Tensors t;
    WHILE @Added > 0
    BEGIN
        INSERT INTO #Reached (AtomId, Depth)
        SELECT DISTINCT c.BlockAtomId, @Depth + 1
        FROM #Reached p
        JOIN dbo.TensorAtomCoefficients c ON c.AtomId = p.AtomId
        WHERE p.Depth = @Depth AND NOT EXISTS (SELECT 1 FROM #Reached k WHERE k.AtomId = c.BlockAtomId);
        SET @Added = @@ROWCOUNT;
        SET @Depth = @Depth + 1;
    END;

    SELECT t.TensorAtomId, t.AtomId, t.Times FROM #Tensors t;

    SELECT a.AtomId, a.ReferenceCount AS [References], p.StoredBytes AS Bytes
    FROM #Reached r
    JOIN dbo.Atoms a ON a.AtomId = r.AtomId
    LEFT JOIN dbo.AtomPayloads p ON p.PayloadId = a.PayloadId;

    SELECT c.AtomId AS Parent, c.BlockAtomId AS Block, COUNT_BIG(*) AS Times
    FROM #Reached r
    JOIN dbo.TensorAtomCoefficients c ON c.AtomId = r.AtomId
    GROUP BY c.AtomId, c.BlockAtomId;
END;
GO
