-- Called by: imports and whoever asks whether a model is whole. Which atoms a file is made of, without the literal bytes between them.
CREATE VIEW dbo.vw_RecipeAtoms
AS
SELECT s.RecipeId, s.Ordinal, s.AtomId
FROM dbo.RecipeSegments s
WHERE s.AtomId IS NOT NULL;
GO
