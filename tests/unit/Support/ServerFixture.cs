namespace Hartonomous.Tests.Support;

/// <summary>
/// One database with the schema for all tests of a class, as making the schema takes longer than most tests. Each test takes it empty.
/// </summary>
public sealed class ServerFixture : IDisposable
{
    private readonly TestServer _server = TestServer.CreateWithSchema();

    /// <summary>The database, with no more in it than a new store has.</summary>
    internal TestServer TakeEmpty()
    {
        _server.Empty();
        return _server;
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();
}
