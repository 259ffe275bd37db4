using Hartonomous.Core.Storage;

namespace Hartonomous.Tests.Support;

/// <summary>A store of one kind that goes away with the test, for tests that hold of every kind.</summary>
internal abstract class StoreHome : IDisposable
{
    private IPruningStore? _store;

    /// <summary>The store, open for the default tenant.</summary>
    public IPruningStore Store => _store ??= Open();

    /// <summary>The store again, as another process would open it.</summary>
    public void Reopen()
    {
        Close();
        _ = Store;
    }

    /// <summary>Closes the store; it is opened again when it is next asked for.</summary>
    public void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    /// <summary>Runs a statement in its database.</summary>
    /// <returns>How many rows it changed.</returns>
    public abstract int Execute(string sql);

    /// <summary>The rows of a query on its database.</summary>
    public abstract List<object[]> Rows(string sql);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        CleanUp();
    }

    /// <summary>Opens the store, which is made where it is not there.</summary>
    protected abstract IPruningStore Open();

    /// <summary>Takes it away.</summary>
    protected abstract void CleanUp();
}
