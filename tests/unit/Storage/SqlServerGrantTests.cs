using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>What logins of the roles can do to the tables with statements of their own.</summary>
[RequiresSqlServer]
public sealed class SqlServerGrantTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly TestServer _server = fixture.TakeEmpty();

    [Theory]
    [InlineData("hart_reader")]
    [InlineData("hart_ingest")]
    [InlineData("hart_admin")]
    public void Tables_are_read_as_granted_and_changed_by_procedures_only(string role)
    {
        using TestLogin login = new(_server, role);
        string[] readable = ["Models", "ModelFiles", "TensorAtoms", "IngestionJobs", "vw_Models", "vw_TensorAtoms", "vw_LostAtoms", "vw_RecipeAtoms"];
        foreach (string name in readable)
        {
            Assert.Equal(0, login.Scalar($"SELECT COUNT(*) FROM dbo.{name}"));
        }

        foreach (string denied in (string[])[
            "UPDATE dbo.Models SET Name = N'x'", "DELETE FROM dbo.TensorAtoms", "INSERT INTO dbo.Tenants (Name) VALUES (N'x')",
            "UPDATE dbo.SchemaVersions SET Checksum = N'x'", "DROP TABLE dbo.Models", "CREATE TABLE dbo.Own (Id int)"])
        {
            Assert.Throws<SqlException>(() => login.Scalar(denied));
        }
    }

    [Theory]
    [InlineData("hart_reader", true)]
    [InlineData("hart_ingest", true)]
    [InlineData("hart_admin", false)]
    public void Contents_and_maintenance_are_for_admins(string role, bool isDenied)
    {
        using TestLogin login = new(_server, role);
        foreach (string sql in (string[])["SELECT COUNT(*) FROM dbo.AtomPayloads", "SELECT COUNT(*) FROM dbo.RecipeSegments"])
        {
            Exception? error = Record.Exception(() => login.Scalar(sql));
            Assert.Equal(isDenied, error is SqlException);
        }

        if (isDenied)
        {
            Assert.All(
                ["EXEC dbo.sp_PruneAtoms", "EXEC dbo.sp_ReclaimAtoms", "EXEC dbo.sp_RelinkPayloads 1", "EXEC dbo.sp_SetTenant N'default', 1, 1, NULL"],
                sql => Assert.Throws<SqlException>(() => login.Scalar(sql)));
        }
    }

    [Fact]
    public void A_reader_cannot_call_what_imports()
    {
        using TestLogin login = new(_server, "hart_reader");

        Assert.All(
            ["EXEC dbo.sp_QueueJob 1, N'm', N'/m', 4096, N'Block', 0", "EXEC dbo.sp_RemoveModel 1, 1", "EXEC dbo.sp_FindStored 0x00, 0"],
            sql => Assert.Throws<SqlException>(() => login.Scalar(sql)));
        Assert.Equal(0, Convert.ToInt32(_server.Scalar("SELECT COUNT(*) FROM dbo.IngestionJobs"), System.Globalization.CultureInfo.InvariantCulture));
    }
}
