-- Called by: an export, with its tenant; and an import with @IsOwned 1, that has computed the hash from bytes of its own: who has the bytes may
-- have them, whoever stored them.
-- Gives the segments of a stored file, in order, behind a row that tells whether there is one.
CREATE PROCEDURE dbo.sp_GetRecipe
    @TenantId bigint,
    @Sha256 binary(32),
    @IsOwned bit
AS
BEGIN
    SET NOCOUNT ON;

    DECLARE @RecipeId bigint;

    IF @TenantId IS NULL AND @IsOwned = 0 AND dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|all tenants|only a member of hart_admin reads files of all tenants', 1;

    SELECT @RecipeId = r.RecipeId
    FROM dbo.Recipes r
    WHERE r.Sha256 = @Sha256
      AND (@IsOwned = 1 OR @TenantId IS NULL
        OR EXISTS (SELECT 1 FROM dbo.ModelFiles f WHERE f.RecipeId = r.RecipeId AND f.TenantId = @TenantId));

    SELECT @RecipeId AS RecipeId;

    SELECT s.FileOffset, s.SizeBytes AS Length, s.Literal, a.Hash AS Atom, s.TurnedDtype
    FROM dbo.RecipeSegments s
    LEFT JOIN dbo.Atoms a ON a.AtomId = s.AtomId
    WHERE s.RecipeId = @RecipeId
    ORDER BY s.Ordinal;
END;
GO
