using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hartonomous.Benchmarks.Search;

/// <summary>
/// Processor time of the current thread where the system tells (Linux), else wall time: what others do on the machine disturbs it less.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID of <time.h>

    /// <summary>Seconds since some moment.</summary>
    public static double Seconds
    {
        get
        {
            if (OperatingSystem.IsLinux() && ClockGetTime(ThreadProcessorTime, out TimeSpec time) == 0)
            {
                return time.Seconds + (time.Nanoseconds * 1e-9);
            }

            return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
