using System.Diagnostics;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>Says when maintenance has to stop: at once by the user's wish, or after its time.</summary>
internal sealed class Deadline(TimeSpan? limit, CancellationToken cancellation)
{
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>Ends the work at once.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Whether the time was over when it was asked for.</summary>
    public bool WasOver { get; private set; }

    /// <summary>Whether another step may begin.</summary>
    /// <exception cref="OperationCanceledException">The user wants it to end.</exception>
    public bool Allows()
    {
        cancellation.ThrowIfCancellationRequested();
        WasOver |= limit is { } time && Stopwatch.GetElapsedTime(_began) >= time;
        return !WasOver;
    }

    /// <summary>Lets those who wait for the database have it, as long as a short step takes.</summary>
    public void GiveWay() => cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10));
}
