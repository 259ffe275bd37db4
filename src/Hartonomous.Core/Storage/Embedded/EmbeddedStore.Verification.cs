using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <content>What a verification asks of the store.</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> CheckStructure(bool full, Action<VerifyFinding> report, CancellationToken cancellation) =>
        new StructureCheck(_database, _packs, _scope, report, cancellation).Run(full);

    /// <inheritdoc/>
    public void CheckPayloads(
        string? after, Action<string>? passed, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation)
    {
        new PackScan(_database, _packs, report, passed, progress, cancellation).Run(after);
        using SqliteConnection connection = _database.Connect();
        new InPlaceCheck(report, progress, cancellation).CheckContents(connection);
    }

    /// <inheritdoc/>
    public IEnumerable<(long Key, ContentHash Hash)> ListComposedAtoms(long after)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<(long Key, byte[] Hash)>(
            """
            SELECT AtomId, Hash FROM Atoms a
            WHERE BlockCount > 0 AND AtomId > @after
              AND (@TenantId IS NULL OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = a.AtomId))
            ORDER BY AtomId
            """,
            new { after, _scope.TenantId }).Select(row => (row.Key, new ContentHash(row.Hash))).ToList();
    }

    /// <inheritdoc/>
    public IEnumerable<(long Key, ContentHash Sha256, long SizeBytes, ContentHash Fingerprint)> ListRecipes(long after)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.Query<(long Key, byte[] Sha256, long SizeBytes, byte[] Fingerprint)>(
            """
            SELECT RecipeId, Sha256, SizeBytes, Fingerprint FROM Recipes r
            WHERE RecipeId > @after AND (@TenantId IS NULL OR EXISTS (
                SELECT 1 FROM ModelFiles f JOIN Models m ON m.ModelId = f.ModelId WHERE f.RecipeId = r.RecipeId AND m.TenantId = @TenantId))
            ORDER BY RecipeId
            """,
            new { after, _scope.TenantId })
            .Select(row => (row.Key, new ContentHash(row.Sha256), row.SizeBytes, new ContentHash(row.Fingerprint))).ToList();
    }

    /// <inheritdoc/>
    public bool IsKnown(ContentHash hash)
    {
        using SqliteConnection connection = _database.Connect();
        return connection.ExecuteScalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM Atoms WHERE Hash = @hash) OR EXISTS (SELECT 1 FROM Recipes WHERE Sha256 = @hash)", new { hash });
    }

    /// <inheritdoc/>
    public string? LoadVerification() => VerificationFile.Load(DisplayName);

    /// <inheritdoc/>
    public void SaveVerification(string? state) => VerificationFile.Save(DisplayName, state);
}
