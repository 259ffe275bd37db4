using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>The contract, held against a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerStoreContract(ServerFixture fixture) : ModelStoreContract, IClassFixture<ServerFixture>
{
    private TestServer? _server;

    protected override IModelStore CreateStore()
    {
        _server = fixture.TakeEmpty();
        return SqlServerStore.Open(_server.Options);
    }

    protected override IModelStore Reopen(IModelStore store) => SqlServerStore.Open(_server!.Options);

    protected override void CleanUp()
    {
    }
}
