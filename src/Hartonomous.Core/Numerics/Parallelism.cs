namespace Hartonomous.Core.Numerics;

/// <summary>
/// How many threads an operation may compute on. The limit goes with the operation: it holds for what is begun within it, on whichever
/// thread, and not for what others do in the same process.
/// </summary>
public static class Parallelism
{
    private static readonly AsyncLocal<int> Given = new();

    /// <summary>The most threads that parallel work may use here; the number of cores where nobody set a limit.</summary>
    public static int Limit => Given.Value > 0 ? Given.Value : Environment.ProcessorCount;

    /// <summary>Sets the limit for what follows in this operation.</summary>
    /// <param name="threads">1 or more; 0 for the number of cores.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static void Use(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Given.Value = threads;
    }
}
