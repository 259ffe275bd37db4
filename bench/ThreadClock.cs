using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hartonomous.Benchmarks;

/// <summary>
/// The time the calling thread has run, where Linux tells it: what other processes take of the processor does not count. Elsewhere the time that
/// has passed.
/// </summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of time.h

    /// <summary>Seconds, from an arbitrary beginning.</summary>
    public static double Seconds
    {
        get
        {
            long* time = stackalloc long[2];
            return OperatingSystem.IsLinux() && sizeof(nint) == 8 && ClockGetTime(ThreadCpuTime, time) == 0
                ? time[0] + (time[1] * 1e-9)
                : (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* time);
}
