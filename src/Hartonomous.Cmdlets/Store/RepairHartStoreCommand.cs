using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Commands;

/// <summary>
/// Mends a damaged store from its packs: rebuilds the payload index, notes what is lost so that the next import heals it, makes a new database
/// where there is none that can be used. On a server it takes damaged payloads out, so that the next import heals them, and counts anew. With
/// <c>-WhatIf</c> it says what is damaged and what can be mended.
/// </summary>
[Cmdlet(VerbsDiagnostic.Repair, "HartStore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(HartRepairReport))]
public sealed class RepairHartStoreCommand : StoreCmdlet
{
    /// <summary>A file that gets the report as JSON; with -WhatIf nothing is written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        bool isSure = ShouldProcess(connection.Path, "Repair the store");
        if (!isSure && !IsWhatIf)
        {
            return;
        }

        string? file = OutFile is null ? null : FullPath(OutFile);
        Work("Repairing a store", connection.Path, context =>
        {
            using StoreLease? lease = connection.Kind == "SqlServer" ? connection.Acquire(create: false) : null;
            RepairReport report = lease?.Store is SqlServerStore server
                ? StoreMaintenance.Repair(server, !isSure, context.Progress, context.Token)
                : StoreMaintenance.Repair(connection.Path, !isSure, context.Progress, context.Token);
            string found = $"{connection.Path}: {report.RestoredPayloads} payloads restored, {report.LostContents.Count} lost";
            context.Information(report.DryRun ? $"Looked at {found}." : $"Repaired {found}.");
            if (file is not null && isSure)
            {
                ReportJson.Save(file, json => ReportJson.Write(json, report));
            }

            context.Output(new HartRepairReport
            {
                Store = connection.Path,
                Ok = report.Ok,
                DryRun = report.DryRun,
                Database = report.Database.ToString(),
                Frames = report.Frames,
                DamagedPacks = [.. report.DamagedPacks],
                RestoredPayloads = report.RestoredPayloads,
                AddedAtoms = report.AddedAtoms,
                CorrectedCounts = report.CorrectedCounts,
                LostContents =
                [
                    .. report.LostContents.Select(lost => new HartLostContent
                    {
                        Sha256 = lost.Hash.ToString(),
                        SizeBytes = lost.SizeBytes,
                        Reason = lost.Reason,
                        Models = [.. lost.Models],
                        Tensors = [.. lost.Tensors],
                    }),
                ],
                LostModels = [.. report.LostModels],
                Duration = TimeSpan.FromSeconds(report.Seconds),
            });
        });
    }
}
