using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage;

/// <summary>
/// Sends a growing file to the disk while it is still being written, step by step on a thread of its own, so that the disk works from the
/// beginning and the flush at the end finds little left to do.
/// </summary>
/// <param name="file">The file; stays the caller's, who waits before closing it.</param>
internal sealed class EarlyFlush(SafeFileHandle file)
{
    private const long StepBytes = 32 << 20;

    private Task _flush = Task.CompletedTask;
    private long _written;

    /// <summary>To be called after bytes were written.</summary>
    /// <exception cref="IOException">An earlier step failed.</exception>
    public void Advance(long bytes)
    {
        _written += bytes;
        if (_written >= StepBytes && _flush.IsCompleted)
        {
            Wait();
            _written = 0;
            _flush = Task.Factory.StartNew(
                () => RandomAccess.FlushToDisk(file), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Waits for the step at work. The system tells an error of writing only once, to whoever flushes: so a flush that is to prove
    /// anything has to ask here first.
    /// </summary>
    /// <exception cref="IOException">A step failed.</exception>
    public void Wait() => _flush.GetAwaiter().GetResult();

    /// <summary>Waits for the step at work and does not ask how it ended: for whoever gives the file up.</summary>
    public void WaitSilently() => Task.WaitAny(_flush);
}
