-- Called by: Repair-HartStore, hart repair; for a count of references that differs from the references there are.
-- Sets the count of an atom, or with @IsRecipe 1 of a recipe, from @Was to @Is. A count that has changed meanwhile is left alone.
CREATE PROCEDURE dbo.sp_CorrectCount
    @Hash binary(32),
    @IsRecipe bit,
    @Was bigint,
    @Is bigint
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    IF dbo.fn_IsStoreAdmin() = 0
        THROW 51000, N'STORE_PERMISSION|the store|only a member of hart_admin repairs it', 1;

    IF @IsRecipe = 1
        UPDATE dbo.Recipes SET ReferenceCount = @Is WHERE Sha256 = @Hash AND ReferenceCount = @Was;
    ELSE
        UPDATE dbo.Atoms SET ReferenceCount = @Is WHERE Hash = @Hash AND ReferenceCount = @Was;
END;
GO
