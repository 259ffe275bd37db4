using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Core.Atoms.Verification;

/// <summary>Maintains stores, with progress as the other operations report it.</summary>
public static class StoreMaintenance
{
    /// <inheritdoc cref="IModelStore.Optimize"/>
    public static OptimizeReport Optimize(
        IModelStore store, OptimizeOptions options, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Optimize(options, Adapt(progress), cancellation);
    }

    /// <inheritdoc cref="EmbeddedStore.Repair"/>
    public static RepairReport Repair(
        string folder, bool dryRun = false, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default) =>
        EmbeddedStore.Repair(folder, dryRun, Adapt(progress), cancellation);

    /// <inheritdoc cref="SqlServerStore.Repair"/>
    public static RepairReport Repair(
        SqlServerStore store, bool dryRun = false, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Repair(dryRun, Adapt(progress), cancellation);
    }

    private static Adapter? Adapt(IProgress<OperationProgress>? progress) => progress is null ? null : new Adapter(progress);

    private sealed class Adapter(IProgress<OperationProgress> progress) : IProgress<MaintenanceProgress>
    {
        public void Report(MaintenanceProgress value) => progress.Report(new OperationProgress(value.Stage, value.BytesDone, value.BytesTotal));
    }
}
