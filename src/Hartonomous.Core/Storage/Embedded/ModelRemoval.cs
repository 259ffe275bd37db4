using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Removes a model's rows and lowers the counts of what they referred to, all in the caller's transaction.</summary>
internal static class ModelRemoval
{
    // Each statement lowers the counts by the rows it is about to see deleted. Recipes nobody uses go, and so do composed tensors: they have
    // no payload of their own and would come back with the next import. Blocks and other payloads stay, at a count of zero, but for what
    // lies outside the store: its places go with it, unless a job at work may be about to refer to them.
    private const string Sql =
        """
        CREATE TEMP TABLE IF NOT EXISTS Lowered (AtomId INTEGER PRIMARY KEY, Times INTEGER NOT NULL);
        CREATE TEMP TABLE IF NOT EXISTS Gone (Id INTEGER PRIMARY KEY);
        DELETE FROM Lowered;
        DELETE FROM Gone;

        UPDATE Recipes SET ReferenceCount = ReferenceCount - u.Times
        FROM (SELECT RecipeId, count(*) AS Times FROM ModelFiles WHERE ModelId = @modelId GROUP BY RecipeId) u
        WHERE Recipes.RecipeId = u.RecipeId;
        INSERT INTO Gone SELECT DISTINCT f.RecipeId FROM ModelFiles f JOIN Recipes r ON r.RecipeId = f.RecipeId
            WHERE f.ModelId = @modelId AND r.ReferenceCount = 0;
        DELETE FROM ModelFiles WHERE ModelId = @modelId;

        INSERT INTO Lowered
            SELECT AtomId, count(*) FROM (
                SELECT AtomId FROM TensorAtoms WHERE ModelId = @modelId
                UNION ALL
                SELECT s.AtomId FROM RecipeSegments s JOIN Gone g ON g.Id = s.RecipeId WHERE s.AtomId IS NOT NULL)
            GROUP BY AtomId;
        DELETE FROM TensorAtoms WHERE ModelId = @modelId;
        DELETE FROM RecipeSegments WHERE RecipeId IN (SELECT Id FROM Gone);
        DELETE FROM Recipes WHERE RecipeId IN (SELECT Id FROM Gone);
        DELETE FROM Models WHERE ModelId = @modelId;
        UPDATE Atoms SET ReferenceCount = ReferenceCount - l.Times FROM Lowered l WHERE Atoms.AtomId = l.AtomId;

        DELETE FROM Gone;
        INSERT INTO Gone SELECT a.AtomId FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId WHERE a.ReferenceCount = 0 AND a.BlockCount > 0;
        DELETE FROM Lowered WHERE AtomId IN (SELECT Id FROM Gone);
        INSERT INTO Lowered
            SELECT c.BlockAtomId, count(*) FROM TensorAtomCoefficients c JOIN Gone g ON g.Id = c.AtomId WHERE true GROUP BY c.BlockAtomId
            ON CONFLICT (AtomId) DO UPDATE SET Times = Times + excluded.Times;
        UPDATE Atoms SET ReferenceCount = ReferenceCount - l.Times
        FROM (SELECT c.BlockAtomId AS AtomId, count(*) AS Times FROM TensorAtomCoefficients c JOIN Gone g ON g.Id = c.AtomId GROUP BY c.BlockAtomId) l
        WHERE Atoms.AtomId = l.AtomId;
        DELETE FROM TensorAtomCoefficients WHERE AtomId IN (SELECT Id FROM Gone);
        DELETE FROM Atoms WHERE AtomId IN (SELECT Id FROM Gone);

        DELETE FROM Gone;
        INSERT INTO Gone SELECT a.AtomId FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId
            WHERE a.ReferenceCount = 0 AND EXISTS (SELECT 1 FROM AtomSources s WHERE s.AtomId = a.AtomId)
                AND NOT EXISTS (SELECT 1 FROM IngestionJobs WHERE Status = 'Processing');
        DELETE FROM Lowered WHERE AtomId IN (SELECT Id FROM Gone);
        DELETE FROM Atoms WHERE AtomId IN (SELECT Id FROM Gone);
        """;

    public static RemovalSummary Remove(SqliteConnection connection, long modelId)
    {
        long? tensors = connection.ExecuteScalar<long?>(
            "SELECT TensorCount FROM Models WHERE ModelId = @modelId", new { modelId });
        if (tensors is null)
        {
            throw new StoreException(StoreErrorCodes.ModelNotFound, $"model {modelId}", "no such model is stored");
        }

        connection.Execute(Sql, new { modelId });
        (long atoms, long bytes) = connection.QuerySingle<(long, long)>(
            """
            SELECT count(*), coalesce(sum(p.StoredBytes), 0)
            FROM Lowered l JOIN Atoms a ON a.AtomId = l.AtomId JOIN AtomPayloads p ON p.AtomId = a.AtomId WHERE a.ReferenceCount = 0
            """);
        return new RemovalSummary(tensors.Value, atoms, bytes);
    }
}
