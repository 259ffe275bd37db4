using System.Collections.Concurrent;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// A fixed number of buffers of one size, made when they are first needed. Who asks for one while all are in use waits: that is what
/// bounds the memory of a pipeline, and slows its reader to the pace of its slowest stage.
/// </summary>
/// <param name="slabBytes">Length of a buffer.</param>
/// <param name="count">How many there are.</param>
internal sealed class SlabPool(int slabBytes, int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);
    private readonly ConcurrentStack<Slab> _idle = new();
    private readonly ConcurrentBag<Slab> _all = [];

    /// <summary>Length of a buffer.</summary>
    public int SlabBytes => slabBytes;

    /// <summary>Takes a buffer, and waits for one where all are in use.</summary>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    public Slab Rent(CancellationToken cancellation)
    {
        _free.Wait(cancellation);
        if (!_idle.TryPop(out Slab? slab))
        {
            slab = new Slab(slabBytes);
            _all.Add(slab);
        }

        return slab;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(Slab slab)
    {
        _idle.Push(slab);
        _free.Release();
    }

    /// <summary>Frees all buffers, those in use too.</summary>
    public void Dispose()
    {
        foreach (IDisposable slab in _all)
        {
            slab.Dispose();
        }

        _free.Dispose();
    }
}
