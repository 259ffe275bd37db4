using System.Threading.Channels;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// Runs a stage of a pipeline, an enumeration, on a thread of its own and hands its items on in order through a short queue. An error in
/// the stage comes out of <see cref="Items"/>; disposing the runner ends the stage and waits for it.
/// </summary>
internal sealed class StageRunner<T> : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Channel<T> _queue;
    private readonly Task _task;

    /// <summary>Begins at once.</summary>
    /// <param name="stage">The stage; enumerated on another thread.</param>
    /// <param name="depth">Items that may wait.</param>
    /// <param name="cancellation">Ends it.</param>
    public StageRunner(IEnumerable<T> stage, int depth, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(depth) { SingleReader = true, SingleWriter = true });
        _task = Task.Run(() => Pump(stage), CancellationToken.None);
    }

    /// <summary>The stage's items, in order. To be enumerated once.</summary>
    public IEnumerable<T> Items()
    {
        // WaitToReadAsync throws the error the queue was completed with, once the items before it are taken.
        while (_queue.Reader.WaitToReadAsync(_stop.Token).AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out T? item))
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _task.Wait(CancellationToken.None);
        _stop.Dispose();
    }

    private void Pump(IEnumerable<T> stage)
    {
        try
        {
            foreach (T item in stage)
            {
                _queue.Writer.WriteAsync(item, _stop.Token).AsTask().GetAwaiter().GetResult();
            }

            _queue.Writer.Complete();
        }
        catch (Exception error)
        {
            _queue.Writer.Complete(error);
        }
    }
}
