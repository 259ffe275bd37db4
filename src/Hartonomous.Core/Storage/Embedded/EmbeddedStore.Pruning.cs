using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <content>Scores, access times and pruning.</content>
public sealed partial class EmbeddedStore : IPruningStore
{
    /// <summary>What was used, of all handles on the open store together.</summary>
    private AccessLog Access { get; init; }

    /// <inheritdoc/>
    public void NoteAccess(ContentHash tensor) => Access.Note(tensor, DateTime.UtcNow);

    /// <inheritdoc/>
    public void FlushAccess() => Access.Flush();

    /// <inheritdoc/>
    public void SaveScores(IReadOnlyList<StoredScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        _database.Write(connection => ScoreQuery.Save(connection, _scope, scores));
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredScore> ListScores(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return ScoreQuery.List(connection, _scope, modelId);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TensorUse> ListUses(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return PruneQuery.ListUses(connection, _scope, modelId);
    }

    /// <inheritdoc/>
    public IReadOnlyList<PruneEffect> MeasurePruning(long modelId, IReadOnlyList<long> tensorAtomIds)
    {
        ArgumentNullException.ThrowIfNull(tensorAtomIds);
        using SqliteConnection connection = _database.Connect();
        return PruneQuery.Measure(connection, _scope, modelId, tensorAtomIds);
    }

    /// <inheritdoc/>
    public IReadOnlyList<PrunedTensor> ListPruned(long modelId)
    {
        using SqliteConnection connection = _database.Connect();
        return PruneQuery.ListPruned(connection, _scope, modelId);
    }
}
