using System.Collections;
using System.Globalization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Completes the keys of ingestion jobs: those that can be resumed where one is to be, those at work where one is to be stopped.</summary>
internal sealed class JobIdCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Text, string ToolTip)> Candidates(string command, IDictionary bound)
    {
        if (Store(bound) is not { } connection)
        {
            return [];
        }

        using StoreLease lease = connection.Acquire(create: false);
        return
        [
            .. lease.Store.Jobs.List()
                .Where(job => Fits(command, job))
                .Select(job => (job.JobId.ToString(CultureInfo.InvariantCulture), $"{job.Model}, {Convert.Job(job, connection.Path).State}")),
        ];
    }

    private static bool Fits(string command, IngestionJob job) =>
        command.StartsWith("Resume", StringComparison.OrdinalIgnoreCase) ? job.CanResume
        : !command.StartsWith("Stop", StringComparison.OrdinalIgnoreCase) || job.IsRunning;
}
