-- Called by: Invoke-HartSpatialize, hart spatialize.
-- Gives the keys of a space, which is made where it is not there. Identities are the SHA-256 of the descriptions.
CREATE PROCEDURE dbo.sp_RequireSpace
    @SketchIdentity binary(32),
    @SketchText nvarchar(max),
    @Dimension int,
    @SketchSeed nvarchar(20),
    @ProjectionIdentity binary(32),
    @ProjectionText nvarchar(max),
    @Method nvarchar(30),
    @ProjectionSeed nvarchar(20)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @SketchConfigId int;

    INSERT INTO dbo.SketchConfig ([Identity], Description, Dimension, Seed)
    SELECT @SketchIdentity, @SketchText, @Dimension, @SketchSeed
    WHERE NOT EXISTS (SELECT 1 FROM dbo.SketchConfig c WITH (UPDLOCK, SERIALIZABLE) WHERE c.[Identity] = @SketchIdentity);
    SELECT @SketchConfigId = c.SketchConfigId FROM dbo.SketchConfig c WHERE c.[Identity] = @SketchIdentity;

    INSERT INTO dbo.ProjectionConfig (SketchConfigId, [Identity], Description, Method, Seed)
    SELECT @SketchConfigId, @ProjectionIdentity, @ProjectionText, @Method, @ProjectionSeed
    WHERE NOT EXISTS (
        SELECT 1
        FROM dbo.ProjectionConfig p WITH (UPDLOCK, SERIALIZABLE)
        WHERE p.SketchConfigId = @SketchConfigId AND p.[Identity] = @ProjectionIdentity);

    SELECT p.SketchConfigId, p.ProjectionConfigId
    FROM dbo.ProjectionConfig p
    WHERE p.SketchConfigId = @SketchConfigId AND p.[Identity] = @ProjectionIdentity;
END;
GO
