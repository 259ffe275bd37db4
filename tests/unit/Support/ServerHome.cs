using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Support;

/// <summary>A store on a server, in the database of a test class, which is empty at first.</summary>
internal sealed class ServerHome(ServerFixture fixture) : StoreHome
{
    private readonly TestServer _server = fixture.TakeEmpty();

    /// <inheritdoc/>
    public override int Execute(string sql)
    {
        using SqlConnection connection = Connect();
        using SqlCommand command = new(sql, connection);
        return command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public override List<object[]> Rows(string sql)
    {
        using SqlConnection connection = Connect();
        using SqlCommand command = new(sql, connection);
        using SqlDataReader reader = command.ExecuteReader();
        return EmbeddedHome.ReadAll(reader);
    }

    /// <inheritdoc/>
    protected override IPruningStore Open() => SqlServerStore.Open(_server.Options);

    /// <inheritdoc/>
    protected override void CleanUp()
    {
    }

    private SqlConnection Connect()
    {
        SqlConnection connection = new(TestServer.ConnectionString(_server.Database));
        connection.Open();
        return connection;
    }
}
