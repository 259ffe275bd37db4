using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart optimize</c>: gives the space of removed models back.</summary>
internal sealed class OptimizeVerb : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "Only say what would come back." };

    private readonly Option<TimeSpan?> _timeLimit = Duration.LimitOption("Begin no further step after this time: 90s, 15m, 2h. The next run goes on.");

    private readonly Option<double> _maxWaste = new("--max-waste")
    {
        Description = "Percent of the bytes in use that may be waste in packs, 0 to 100. Less means more copying.",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => 100 * OptimizeOptions.DefaultMaxWaste,
    };

    private readonly Option<bool> _rebuild = new("--rebuild") { Description = "Rebuild the database's tables and indexes in any case." };

    public OptimizeVerb()
        : base("optimize", "Give back the space of contents that nothing uses any more; compact packs and database.")
    {
        Options.Add(_dryRun);
        Options.Add(_timeLimit);
        Options.Add(_maxWaste);
        Options.Add(_rebuild);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart optimize --dry-run", "hart optimize --time-limit 1h --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        double percent = invocation.Arguments.GetValue(_maxWaste);
        if (percent is not (>= 0 and <= 100))
        {
            throw new UsageException("--max-waste takes 0 to 100");
        }

        OptimizeOptions options = new()
        {
            DryRun = invocation.Arguments.GetValue(_dryRun),
            TimeLimit = invocation.Arguments.GetValue(_timeLimit),
            MaxWaste = percent / 100,
            Rebuild = invocation.Arguments.GetValue(_rebuild),
        };
        using IModelStore store = invocation.OpenStore();
        OptimizeReport report = invocation.WithProgress(progress => StoreMaintenance.Optimize(store, options, progress, cancellation));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ReportJson.Write(json, report));
        }
        else
        {
            WriteText(invocation.Console, report);
        }

        return ExitCodes.Done;
    }

    private static void WriteText(CliConsole console, OptimizeReport report)
    {
        TextTable table = TextTable.OfProperties();
        table.Add("Unused contents", $"{HumanText.Count(report.ReclaimedAtoms)} ({HumanText.Size(report.ReclaimedBytes)})");
        if (report.HeldAtoms > 0)
        {
            table.Add("Held by imports at work", $"{HumanText.Count(report.HeldAtoms)} ({HumanText.Size(report.HeldBytes)})");
        }

        table.Add("Packs compacted", $"{HumanText.Count(report.CompactedPacks)} ({HumanText.Size(report.MovedBytes)} copied)");
        if (report.SkippedPacks > 0)
        {
            table.Add("Packs in use or damaged", HumanText.Count(report.SkippedPacks));
        }

        table.Add("Database", report.Rebuilt ? "rebuilt" : "left as it is");
        table.Add("On disk", $"{HumanText.Size(report.BytesBefore)} before, {HumanText.Size(report.BytesAfter)} after");
        table.WriteTo(console);
        console.Out.WriteLine(report.DryRun
            ? "Nothing was changed."
            : report.Complete ? "The store is optimized." : "The time was over; the next run goes on.");
    }
}
