using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Removes a model's rows and lowers the counts of what they referred to, all in the caller's transaction.</summary>
internal static class ModelRemoval
{
    // Each statement lowers the counts by the rows it is about to see deleted. Recipes nobody uses go.
    private const string Sql =
        """
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
                SELECT f.AtomId FROM TensorFactors f JOIN TensorAtoms t ON t.TensorAtomId = f.TensorAtomId WHERE t.ModelId = @modelId
                UNION ALL
                SELECT s.AtomId FROM RecipeSegments s JOIN Gone g ON g.Id = s.RecipeId WHERE s.AtomId IS NOT NULL)
            GROUP BY AtomId;
        DELETE FROM TensorFactors WHERE TensorAtomId IN (SELECT TensorAtomId FROM TensorAtoms WHERE ModelId = @modelId);
        DELETE FROM TensorAtoms WHERE ModelId = @modelId;
        DELETE FROM RecipeSegments WHERE RecipeId IN (SELECT Id FROM Gone);
        DELETE FROM Recipes WHERE RecipeId IN (SELECT Id FROM Gone);
        DELETE FROM Models WHERE ModelId = @modelId;
        """;

    /// <exception cref="StoreException">There is no such model in the scope (<c>MODEL_NOT_FOUND</c>).</exception>
    public static RemovalSummary Remove(SqliteConnection connection, TenantScope scope, long modelId)
    {
        (long tensors, long tenantId) = connection.QuerySingleOrDefault<(long, long)>(
            "SELECT TensorCount, TenantId FROM Models WHERE ModelId = @modelId AND (@TenantId IS NULL OR TenantId = @TenantId)",
            new { modelId, scope.TenantId });
        if (tenantId == 0)
        {
            throw new StoreException(StoreErrorCodes.ModelNotFound, $"model {modelId}", "no such model is stored");
        }

        TenantAccount.Collect(connection, modelId, null);
        connection.Execute(AtomRelease.Prepare);
        connection.Execute(Sql, new { modelId });
        TenantAccount.Release(connection, tenantId);
        AtomRelease.Run(connection);
        (long atoms, long bytes) = AtomRelease.CountReleased(connection);
        return new RemovalSummary(tensors, atoms, bytes);
    }
}
