using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart repair</c>: mends a damaged store, from its packs where it is a folder.</summary>
internal sealed class RepairVerb : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "Only say what is damaged and what can be mended." };

    public RepairVerb()
        : base(
            "repair",
            "Mend a damaged store: rebuild the payload index from the packs, note what is lost so that an import heals it. Ends with 1 then.") =>
        Options.Add(_dryRun);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart repair --dry-run", "hart repair --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        bool dryRun = invocation.Arguments.GetValue(_dryRun);
        RepairReport report = invocation.WithProgress(progress => Repair(invocation, dryRun, progress, cancellation));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ReportJson.Write(json, report));
        }
        else
        {
            WriteText(invocation.Console, report);
        }

        return report.Ok ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static RepairReport Repair(Invocation invocation, bool dryRun, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        if (invocation.Server() is not { } server)
        {
            return StoreMaintenance.Repair(invocation.StorePath, dryRun, progress, cancellation);
        }

        using SqlServerStore store = SqlServerStore.Open(server, TenantNames.All);
        return StoreMaintenance.Repair(store, dryRun, progress, cancellation);
    }

    private static void WriteText(CliConsole console, RepairReport report)
    {
        TextTable table = TextTable.OfProperties();
        table.Add("Database", report.Database switch
        {
            DatabaseRepair.None => "whole",
            DatabaseRepair.Reindexed => "indexes rebuilt",
            DatabaseRepair.Salvaged => "made anew of the rows that could be read",
            _ => "made anew, without models",
        });
        table.Add("Frames read", HumanText.Count(report.Frames));
        table.Add("Damaged packs", HumanText.Count(report.DamagedPacks.Count));
        table.Add("Payloads found again", HumanText.Count(report.RestoredPayloads));
        table.Add("Contents entered anew", HumanText.Count(report.AddedAtoms));
        table.Add("Counts corrected", HumanText.Count(report.CorrectedCounts));
        table.WriteTo(console);
        if (report.LostContents.Count > 0)
        {
            TextTable lost = new("Lost content", ">Size", "Models", "Reason");
            foreach (LostContent content in report.LostContents)
            {
                lost.Add(content.Hash.ToString(), HumanText.Size(content.SizeBytes), string.Join(", ", content.Models), content.Reason);
            }

            lost.WriteTo(console);
        }

        foreach (string model in report.LostModels)
        {
            console.Out.WriteLine(SafeText.Show($"Removed, because too much of it is lost: {model}"));
        }

        console.Out.WriteLine((report.Ok, report.DryRun) switch
        {
            (true, true) => "All of it can be mended. Nothing was changed.",
            (true, false) => "The store is in order.",
            (false, true) => "Not all of it can be mended. Nothing was changed.",
            _ => "Import the models concerned again: what is lost is stored anew.",
        });
    }
}
