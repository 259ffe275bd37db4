namespace Hartonomous.Commands;

/// <summary>
/// Keeps the stores that a cmdlet uses open from its first use of each to its end, so that a pipeline does not open them per object.
/// </summary>
internal sealed class LeaseKeeper : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoreLease> _kept = [];
    private bool _isDisposed;

    /// <summary>A lease for the caller to dispose; the store stays open beyond it.</summary>
    public StoreLease Acquire(HartStoreConnection connection, bool create)
    {
        StoreLease lease = connection.Acquire(create);
        lock (_gate)
        {
            if (!_isDisposed && !_kept.ContainsKey(connection.Path))
            {
                _kept.Add(connection.Path, connection.Acquire(create));
            }
        }

        return lease;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (StoreLease lease in _kept.Values)
            {
                lease.Dispose();
            }

            _kept.Clear();
        }
    }
}
