using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// Runs a stage of a pipeline, an enumeration, on a thread of its own and hands its items on in order through a short queue. An error in
/// the stage comes out of <see cref="Items"/>; disposing the runner ends the stage and waits for it.
/// </summary>
/// <remarks>Stages wait for each other, so they must not hold threads of the shared pool: a few imports at once would starve it.</remarks>
internal sealed class StageRunner<T> : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly BlockingCollection<T> _queue;
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _error;

    /// <summary>Begins at once.</summary>
    /// <param name="stage">The stage; enumerated on another thread.</param>
    /// <param name="depth">Items that may wait.</param>
    /// <param name="cancellation">Ends it.</param>
    public StageRunner(IEnumerable<T> stage, int depth, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _queue = new BlockingCollection<T>(depth);
        _thread = new Thread(() => Pump(stage)) { IsBackground = true, Name = "hart pipeline" };
        _thread.Start();
    }

    /// <summary>The stage's items, in order. To be enumerated once.</summary>
    public IEnumerable<T> Items()
    {
        foreach (T item in _queue.GetConsumingEnumerable(_stop.Token))
        {
            yield return item;
        }

        _error?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _queue.Dispose();
        _stop.Dispose();
    }

    private void Pump(IEnumerable<T> stage)
    {
        try
        {
            foreach (T item in stage)
            {
                _queue.Add(item, _stop.Token);
            }
        }
        catch (Exception error)
        {
            _error = ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            _queue.CompleteAdding();
        }
    }
}
