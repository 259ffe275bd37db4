using System.Runtime.ExceptionServices;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Core.Atoms;

/// <summary>Runs independent pieces of work on all cores, or as many as are allowed; the first error comes out as it was thrown, not wrapped.</summary>
internal static class ParallelWork
{
    /// <summary>Calls <paramref name="work"/> for each item.</summary>
    public static void ForEach<T>(IEnumerable<T> items, Action<T> work, CancellationToken cancellation)
    {
        try
        {
            Parallel.ForEach(
                items, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Parallelism.Limit }, work);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
