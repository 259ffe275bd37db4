using Hartonomous.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Tests.Pruning;

/// <summary>When contents were used, in a folder.</summary>
public sealed class EmbeddedAccessTests : AccessTests
{
    public EmbeddedAccessTests()
        : this(new EmbeddedHome())
    {
    }

    private EmbeddedAccessTests(EmbeddedHome home)
        : base(home) => Home = home;

    private EmbeddedHome Home { get; }

    [Fact]
    public void A_store_that_is_busy_keeps_its_times_and_fails_nobody()
    {
        SetAll(Old);
        Read("a");
        using (SqliteConnection busy = Home.Connect())
        {
            Execute(busy, "BEGIN IMMEDIATE");
            Home.Store.FlushAccess();
            Execute(busy, "ROLLBACK");
        }

        Assert.Equal([2001, 2001], Years());
    }

    [UnixFact]
    public void A_store_that_cannot_be_written_to_keeps_its_times_and_fails_nobody()
    {
        SetAll(Old);
        Read("a");

        // As on a disk that has become read-only: SQLite refuses the write, whoever asks.
        Home.Execute("CREATE TRIGGER NoWrite BEFORE UPDATE ON Atoms BEGIN SELECT RAISE(ABORT, 'read-only'); END");

        Home.Reopen();
        Assert.Equal([2001, 2001], Years());
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
