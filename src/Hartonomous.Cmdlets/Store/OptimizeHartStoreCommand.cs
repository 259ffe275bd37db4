using System.Management.Automation;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Gives back the space of contents that nothing uses any more, compacts packs and database. Others may import and read meanwhile. With
/// <c>-WhatIf</c> it says what would come back.
/// </summary>
[Cmdlet(VerbsCommon.Optimize, "HartStore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(HartOptimizeReport))]
public sealed class OptimizeHartStoreCommand : StoreCmdlet
{
    /// <summary>Time after which no further step begins; the next run goes on.</summary>
    [Parameter]
    public TimeSpan TimeLimit { get; set; }

    /// <summary>Percent of the bytes in use that may be waste in packs. Less means more copying.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double MaxWaste { get; set; } = 1;

    /// <summary>Whether the database's tables and indexes are rebuilt in any case.</summary>
    [Parameter]
    public SwitchParameter Rebuild { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        bool isSure = ShouldProcess(connection.Path, "Optimize the store");
        if (!isSure && !IsWhatIf)
        {
            return;
        }

        OptimizeOptions options = new()
        {
            DryRun = !isSure,
            TimeLimit = MyInvocation.BoundParameters.ContainsKey(nameof(TimeLimit)) ? TimeLimit : null,
            MaxWaste = MaxWaste / 100,
            Rebuild = Rebuild,
        };
        Work("Optimizing a store", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            OptimizeReport report = StoreMaintenance.Optimize(lease.Store, options, context.Progress, context.Token);
            string reclaimed = $"{report.ReclaimedAtoms} atoms, {HartText.Size(report.ReclaimedBytes)}, in {connection.Path}";
            context.Information(report.DryRun ? $"Would give back {reclaimed}." : $"Gave back {reclaimed}.");
            context.Output(new HartOptimizeReport
            {
                Store = connection.Path,
                DryRun = report.DryRun,
                Complete = report.Complete,
                ReclaimedAtoms = report.ReclaimedAtoms,
                ReclaimedBytes = report.ReclaimedBytes,
                HeldAtoms = report.HeldAtoms,
                HeldBytes = report.HeldBytes,
                CompactedPacks = report.CompactedPacks,
                MovedBytes = report.MovedBytes,
                SkippedPacks = report.SkippedPacks,
                Rebuilt = report.Rebuilt,
                BytesBefore = report.BytesBefore,
                BytesAfter = report.BytesAfter,
                Duration = TimeSpan.FromSeconds(report.Seconds),
            });
        });
    }
}
