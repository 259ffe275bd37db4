using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// A store whose jobs are a queue for workers on any number of hosts. A worker holds a job by a lease that runs out when the worker dies; then
/// another takes it over, from its last checkpoint.
/// </summary>
public interface IJobQueue
{
    /// <summary>Puts an import into the queue; the worker that takes it finds out what the source holds.</summary>
    /// <param name="modelName">Name the model is to get.</param>
    /// <param name="sourcePath">Full path of the source, as the workers see it.</param>
    /// <param name="blockBytes">Size of a block atom at most.</param>
    /// <param name="granularity">Into what tensors are cut.</param>
    /// <param name="isReplacing">Whether a different model of the name is replaced.</param>
    /// <returns>The job.</returns>
    /// <exception cref="StoreException">The handle is for all tenants (<c>TENANT_REQUIRED</c>).</exception>
    IngestionJob Enqueue(string modelName, string sourcePath, int blockBytes, Granularity granularity, bool isReplacing);

    /// <summary>Takes the next job that waits or whose worker died; null where there is none. Each goes to one worker only.</summary>
    IJobLease? Lease();
}
