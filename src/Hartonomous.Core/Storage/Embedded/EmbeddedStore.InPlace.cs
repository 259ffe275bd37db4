using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <content>Contents that lie outside the store.</content>
public sealed partial class EmbeddedStore : IInPlaceStore
{
    private readonly InPlaceReader _outside;

    /// <inheritdoc/>
    public InPlaceUse GetInPlaceUse(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return InPlaceQueries.OfModel(connection, modelId);
    }

    /// <inheritdoc/>
    public bool IsInPlace(ContentHash sha256)
    {
        using SqliteConnection connection = _database.Connect();
        return InPlaceQueries.IsInPlace(connection, sha256);
    }

    /// <inheritdoc/>
    public AbsorbSummary Absorb(long modelId, IProgress<long>? progress, CancellationToken cancellation) =>
        new InPlaceAbsorption(_database, _packs, _scope, _outside, progress, cancellation).Run(modelId);
}
