using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Says what a tenant has in a store, or a store in all, and what deduplication saved.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "HartStore")]
[OutputType(typeof(HartStoreStatistics))]
public sealed class MeasureHartStoreCommand : TenantScopedCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        Work("Measuring a store", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            StoreStatistics statistics = lease.Store.GetStatistics();
            context.Output(new HartStoreStatistics
            {
                Store = connection.Path,
                Models = statistics.Models,
                Tensors = statistics.Tensors,
                PrunedTensors = statistics.PrunedTensors,
                Atoms = statistics.Atoms,
                BytesImported = statistics.BytesImported,
                BytesStored = statistics.BytesStored,
                SavedByFile = statistics.SavedByFile,
                SavedByTensor = statistics.SavedByTensor,
                SavedByBlock = statistics.SavedByBlock,
                SavedByFactors = statistics.SavedByFactors,
                BytesInPlace = statistics.BytesInPlace,
                BytesReclaimable = statistics.BytesReclaimable,
                BytesOnDisk = statistics.BytesOnDisk,
            });
        });
    }
}
