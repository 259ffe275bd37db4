using System.Net;
using System.Security;
using Dapper;
using Hartonomous.Cli;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>Servers that cannot be reached, refuse, break off, or are full: a clear error, no secret in it, and a job that can be resumed.</summary>
[RequiresSqlServer]
public sealed class SqlServerFaultTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private const string Secret = "s3cret-of-nobody-elses";

    private readonly TestServer _server = fixture.TakeEmpty();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("password", StoreErrorCodes.ServerLogin)]
    [InlineData("host", StoreErrorCodes.ServerUnreachable)]
    [InlineData("port", StoreErrorCodes.ServerUnreachable)]
    [InlineData("database", StoreErrorCodes.ServerDatabase)]
    [InlineData("certificate", StoreErrorCodes.ServerCertificate)]
    public void What_cannot_be_connected_to_says_why_and_tells_no_secret(string wrong, string code)
    {
        SqlConnectionStringBuilder builder = TestServer.Builder(_server.Database);
        builder.Password = wrong == "password" ? Secret : builder.Password;
        builder.InitialCatalog = wrong == "database" ? "hart_absent" : builder.InitialCatalog;
        builder.TrustServerCertificate = wrong != "certificate";
        builder.ConnectTimeout = 5;
        builder.DataSource = wrong switch
        {
            "host" => "no-such-host.invalid",
            "port" => $"127.0.0.1,{UnusedPort()}",
            _ => builder.DataSource,
        };
        foreach (SqlServerOptions options in (SqlServerOptions[])[SqlServerOptions.Parse(builder.ConnectionString), Split(builder)])
        {
            StoreException error = Assert.Throws<StoreException>(() => SqlServerStore.Open(options));

            Assert.Equal(code, error.Code);
            AssertNoSecret(builder.Password, error, options);
        }
    }

    [Fact]
    public void A_token_that_the_server_refuses_is_in_no_message()
    {
        SqlConnectionStringBuilder builder = TestServer.Builder(_server.Database);
        SqlServerOptions options = SqlServerOptions.Create(
            builder.DataSource, builder.InitialCatalog, accessToken: Secret, trustServerCertificate: true);

        AssertNoSecret(Secret, Assert.Throws<StoreException>(() => SqlServerStore.Open(options)), options);
    }

    [Fact]
    public void A_reader_who_imports_is_told_which_role_is_missing()
    {
        using TestLogin login = new(_server, "hart_reader");
        using SqlServerStore store = SqlServerStore.Open(login.Options);
        Assert.Empty(store.ListModels());

        StoreException error = Assert.Throws<StoreException>(() => Import(store, Model("m", 1, 4)));

        Assert.Equal(StoreErrorCodes.StorePermission, error.Code);
        Assert.Contains("hart_ingest", error.Message, StringComparison.Ordinal);
        AssertNoSecret(TestLogin.Password, error, login.Options);
        using SqlServerStore owner = SqlServerStore.Open(_server.Options);
        Assert.Empty(owner.Jobs.List());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_connection_that_breaks_in_mid_import_is_made_again(int seed)
    {
        (TcpProxy proxy, SqlConnectionStringBuilder through) = ServerSessions.Proxy(_server.Database);
        using (proxy)
        {
            Random random = new(seed);
            TestModel model = Model("m", seed, 96);
            using SqlServerStore store = SqlServerStore.Open(SqlServerOptions.Parse(through.ConnectionString));
            long total = model.Files.Sum(file => file.Bytes.LongLength);
            proxy.CutAfter(random.NextInt64(total));

            ImportResult result = Import(store, model, new Instants(total, random, 4, () => proxy.Cut()));

            Assert.Equal(ImportStatus.Complete, result.Status);
            Assert.InRange(proxy.Cuts, 2, 5);
            AssertWhole(store, model);
        }
    }

    [Fact]
    public void Connections_that_the_server_ends_in_mid_import_and_export_are_made_again()
    {
        TestModel model = Model("m", 9, 96);
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        int killed = 0;
        long total = model.Files.Sum(file => file.Bytes.LongLength);

        Import(store, model, new Instants(total, new Random(9), 3, () => killed += ServerSessions.KillAll(_server.Database)));

        Assert.True(killed > 0);
        AssertWhole(store, model);
        killed = 0;
        string copy = _folder.File("copy");
        new ModelExporter(store).Export(
            "m", copy, progress: new Instants(total, new Random(9), 3, () => killed += ServerSessions.KillAll(_server.Database)));
        Assert.True(killed > 0);
        Assert.Equal(ContentHash.Of(model.Files[0].Bytes), ContentHash.Of(File.ReadAllBytes(copy)));
    }

    [Fact]
    public void A_large_tensor_is_given_back_though_connections_break_while_it_is_read_ahead()
    {
        // Rows of 1000 bytes: no block ends where a buffer does.
        byte[] content = TestModel.Noise(12, 25_000_000);
        TestModel model = new TestModel("large").Literal([1, 2, 3, 4, 5, 6, 7]).Tensor("w", TensorDtype.U8, [25_000, 1000], content);
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        Import(store, model);
        int killed = 0;

        string copy = _folder.File("copy");
        new ModelExporter(store).Export(
            "large", copy, progress: new Instants(content.Length, new Random(12), 3, () => killed += ServerSessions.KillAll(_server.Database)));

        Assert.True(killed > 0);
        Assert.Equal(ContentHash.Of(model.Files[0].Bytes), ContentHash.Of(File.ReadAllBytes(copy)));
    }

    [Fact]
    public void A_server_that_stays_away_ends_the_import_which_goes_on_when_it_is_back()
    {
        (TcpProxy proxy, SqlConnectionStringBuilder through) = ServerSessions.Proxy(_server.Database);
        using (proxy)
        {
            TestModel model = Model("m", 5, 128);
            SqlServerOptions options = Impatient(through);
            using SqlServerStore store = SqlServerStore.Open(options);
            proxy.CutAfter(6 << 20, forGood: true);

            StoreException error = Assert.Throws<StoreException>(() => Import(store, model));

            Assert.Equal(StoreErrorCodes.ServerConnectionLost, error.Code);
            AssertNoSecret(through.Password, error, options);
            using SqlServerStore direct = SqlServerStore.Open(_server.Options);
            IngestionJob job = Assert.Single(direct.Jobs.List());
            Assert.Equal((JobStatus.Processing, 1), (job.Status, job.Runs));
            Assert.True(job.TensorsDone > 0);
            proxy.Open();
            ExpireLeases();

            ImportResult resumed = Import(store, model);

            Assert.Equal((ImportStatus.Complete, true, job.JobId), (resumed.Status, resumed.Resumed, resumed.JobId!.Value));
            AssertWhole(store, model);
        }
    }

    [Fact]
    public void A_commit_whose_answer_is_lost_is_not_done_twice()
    {
        (TcpProxy proxy, SqlConnectionStringBuilder through) = ServerSessions.Proxy(_server.Database);
        using (proxy)
        {
            // The statement arrives and is carried out; what the server says to it does not come back.
            SqlServerDatabase database = new(SqlServerOptions.Parse(through.ConnectionString));
            _server.Execute("INSERT INTO dbo.StoreState (Name, Value) VALUES (N'test', N'0')");
            int tries = 0;
            database.Run(null, connection =>
            {
                connection.Execute("UPDATE dbo.StoreState SET Value = N'1' WHERE Name = N'test'");
                if (tries++ == 0)
                {
                    proxy.Cut();
                    connection.Execute("SELECT 1");
                }
            });

            Assert.Equal((2, "1"), (tries, (string)_server.Scalar("SELECT Value FROM dbo.StoreState WHERE Name = N'test'")!));
        }
    }

    [Fact]
    public void A_deadlock_is_tried_again_and_both_get_through()
    {
        _server.Execute("INSERT INTO dbo.StoreState (Name, Value) VALUES (N'a', N'0'), (N'b', N'0')");
        SqlServerDatabase database = new(_server.Options);
        using Barrier both = new(2);
        int tries = 0;

        void Update(string first, string second)
        {
            bool isFirstTry = true;
            database.Run(null, connection =>
            {
                Interlocked.Increment(ref tries);
                using SqlTransaction transaction = connection.BeginTransaction();
                Increment(connection, transaction, first);
                if (isFirstTry)
                {
                    isFirstTry = false;
                    both.SignalAndWait(TimeSpan.FromSeconds(30));
                }

                Increment(connection, transaction, second);
                transaction.Commit();
            });
        }

        Parallel.Invoke(() => Update("a", "b"), () => Update("b", "a"));

        Assert.Equal(3, tries);
        Assert.Equal("2 2", (string)_server.Scalar(
            "SELECT CONCAT((SELECT Value FROM dbo.StoreState WHERE Name = N'a'), N' ', (SELECT Value FROM dbo.StoreState WHERE Name = N'b'))")!);
    }

    private static void Increment(SqlConnection connection, SqlTransaction transaction, string name) => connection.Execute(
        "UPDATE dbo.StoreState SET Value = CAST(CAST(Value AS int) + 1 AS nvarchar(10)) WHERE Name = @name", new { name }, transaction);

    /// <summary>Options of a store that waits for a lost server for two seconds.</summary>
    private static SqlServerOptions Impatient(SqlConnectionStringBuilder builder) => SqlServerOptions.Parse(builder.ConnectionString, TimeSpan.FromSeconds(2));

    /// <summary>Time passes: whoever had a lease has given no sign since.</summary>
    private void ExpireLeases() => _server.Execute("UPDATE dbo.IngestionJobs SET LeaseUntil = DATEADD(second, -1, SYSUTCDATETIME()) WHERE LeaseId IS NOT NULL");

    private static SqlServerOptions Split(SqlConnectionStringBuilder builder)
    {
        SecureString password = new NetworkCredential(string.Empty, builder.Password).SecurePassword;
        return SqlServerOptions.Create(
            builder.DataSource, builder.InitialCatalog, builder.UserID, password, trustServerCertificate: builder.TrustServerCertificate);
    }

    private static void AssertNoSecret(string secret, StoreException error, SqlServerOptions options)
    {
        CliError shown = CliError.Of(error);
        string[] texts =
        [
            error.ToString(), error.Message, error.Problem, error.Subject, options.ToString(), shown.Code, shown.Message, shown.Hint ?? string.Empty,
            .. Causes(error).SelectMany(cause => cause.Data.Values.Cast<object?>()).Select(value => $"{value}"),
        ];
        Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }

    private static int UnusedPort()
    {
        using TcpProxy proxy = new("127.0.0.1", 1);
        return proxy.Port;
    }

    private static TestModel Model(string name, int seed, int blocks)
    {
        TestModel model = new(name);
        for (int i = 0; i < blocks; i++)
        {
            model.Tensor($"t{i}", TensorDtype.U8, [BlockBytes * 2], TestModel.Noise((seed * 1000) + i, BlockBytes * 2));
        }

        return model;
    }

    private static ImportResult Import(SqlServerStore store, TestModel model, IProgress<OperationProgress>? progress = null)
    {
        using ModelSource source = model.Open();
        return new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = BlockBytes, CommitBytes = 3 << 20 }, progress);
    }

    private void AssertWhole(SqlServerStore store, TestModel model)
    {
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
        string copy = _folder.File("whole");
        new ModelExporter(store).Export(model.Name, copy, overwrite: true);
        Assert.Equal(ContentHash.Of(model.Files[0].Bytes), ContentHash.Of(File.ReadAllBytes(copy)));
        Assert.All(store.Jobs.List(), job => Assert.Equal(JobStatus.Complete, job.Status));
        Assert.Equal("0", $"{_server.Scalar("SELECT COUNT(*) FROM dbo.AtomPayloads WHERE JobId IS NOT NULL")}");
    }

    /// <summary>Does something at random instants of an operation.</summary>
    private sealed class Instants(long total, Random random, int count, Action act) : IProgress<OperationProgress>
    {
        private readonly Queue<long> _instants = new(Enumerable.Range(0, count).Select(_ => random.NextInt64(total)).Order());

        public void Report(OperationProgress value)
        {
            while (_instants.TryPeek(out long next) && value.BytesDone >= next)
            {
                _instants.Dequeue();
                act();
            }
        }
    }
}
