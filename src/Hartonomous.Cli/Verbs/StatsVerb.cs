using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart stats</c>: what the store holds and saves.</summary>
internal sealed class StatsVerb() : Verb("stats", "Show what the store holds and what deduplication saves.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart stats", "hart stats --json | jq .bytesStored"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        StoreStatistics statistics = store.GetStatistics();
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => StatisticsWriter.WriteJson(json, statistics));
        }
        else
        {
            StatisticsWriter.WriteText(invocation.Console, store.DisplayName, statistics);
        }

        return ExitCodes.Done;
    }
}
