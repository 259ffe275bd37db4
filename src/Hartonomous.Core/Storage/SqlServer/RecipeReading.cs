using System.Data;
using Dapper;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Reads the recipes of stored files.</summary>
internal static class RecipeReading
{
    /// <summary>The segments of a file, in order; null where there is none.</summary>
    /// <param name="database">The database.</param>
    /// <param name="tenantId">The tenant whose files are meant; null for all.</param>
    /// <param name="sha256">SHA-256 of the file.</param>
    /// <param name="isOwned">Whether the caller has the file's bytes itself, so that it may be any tenant's.</param>
    public static IReadOnlyList<RecipeSegment>? Find(SqlServerDatabase database, long? tenantId, ContentHash sha256, bool isOwned) =>
        database.Run(tenantId, connection =>
        {
            using SqlMapper.GridReader results = connection.QueryMultiple(
                "dbo.sp_GetRecipe",
                new { TenantId = tenantId, Sha256 = sha256, IsOwned = isOwned },
                commandTimeout: SqlServerDatabase.CommandSeconds,
                commandType: CommandType.StoredProcedure);
            return results.ReadSingle<long?>() is null ? null : results.Read<RecipeSegment>().AsList();
        });
}
