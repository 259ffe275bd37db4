-- Called by: Test-HartStore, hart verify.
-- Keeps a note of the store's own, or removes it where there is no value.
CREATE PROCEDURE dbo.sp_SaveState
    @Name nvarchar(100),
    @Value nvarchar(max)
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    BEGIN TRANSACTION;
    DELETE FROM dbo.StoreState WHERE Name = @Name;
    IF @Value IS NOT NULL
        INSERT INTO dbo.StoreState (Name, Value) VALUES (@Name, @Value);
    COMMIT TRANSACTION;
END;
GO
