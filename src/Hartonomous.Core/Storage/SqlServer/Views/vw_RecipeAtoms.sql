-- For people: which atoms a file is made of, without the literal bytes between them. Imports read it too, and whoever asks whether a model is whole.
CREATE VIEW dbo.vw_RecipeAtoms
AS
SELECT s.RecipeId, s.Ordinal, s.AtomId
FROM dbo.RecipeSegments s
WHERE s.AtomId IS NOT NULL;
GO
