using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>The use of an open store. The last lease to be disposed closes it.</summary>
internal sealed class StoreLease(IModelStore store, Action release) : IDisposable
{
    private int _isReleased;

    /// <summary>The store.</summary>
    public IModelStore Store => store;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            release();
        }
    }
}
