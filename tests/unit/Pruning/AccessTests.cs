using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Tests.Pruning;

public sealed class AccessTests : IDisposable
{
    private const string Old = "2001-02-03T04:05:06.000Z";

    private readonly TempFolder _folder = new();
    private readonly string _path;

    public AccessTests()
    {
        _path = _folder.File("store/x")[..^2];
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(_path);
        FloatModel model = new FloatModel().Add("a", [100], FloatModel.Noise(1, 100)).Add("b", [100], FloatModel.Noise(2, 100));
        string file = _folder.Write("m.safetensors", model.Build());
        using ModelSource source = ModelReader.Open(ModelReader.Locate(file)[0]);
        new ModelImporter(store).Import(source);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reading_values_is_noted_when_the_store_closes_and_no_earlier()
    {
        SetAll(Old);
        using (EmbeddedStore store = EmbeddedStore.Open(_path))
        {
            Read(store, "a");
            Assert.Equal([2001, 2001], Years(store));
        }

        using EmbeddedStore after = EmbeddedStore.Open(_path);
        Assert.Equal([DateTime.UtcNow.Year, 2001], Years(after));
    }

    [Fact]
    public void An_export_uses_all_tensors_and_a_verification_none()
    {
        SetAll(Old);
        using EmbeddedStore store = EmbeddedStore.Open(_path);
        new StoreVerifier(store).Verify(full: true);
        store.FlushAccess();
        Assert.Equal([2001, 2001], Years(store));
        new ModelExporter(store).Export("m", _folder.File("out.safetensors"));
        store.FlushAccess();
        Assert.All(Years(store), year => Assert.NotEqual(2001, year));
    }

    [Fact]
    public void A_time_that_is_less_than_an_hour_old_is_not_written_again()
    {
        string recent = DateTime.UtcNow.AddMinutes(-50).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        SetAll(recent);
        using EmbeddedStore store = EmbeddedStore.Open(_path);
        Read(store, "a");
        store.FlushAccess();
        Assert.Equal([recent, recent], Times());
        SetAll(DateTime.UtcNow.AddMinutes(-70).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
        Read(store, "a");
        store.FlushAccess();
        Assert.Equal(2, Times().Distinct().Count());
    }

    [Fact]
    public void A_store_that_is_busy_keeps_its_times_and_fails_nobody()
    {
        SetAll(Old);
        using EmbeddedStore store = EmbeddedStore.Open(_path);
        Read(store, "a");
        using (SqliteConnection busy = Connect())
        {
            Execute(busy, "BEGIN IMMEDIATE");
            store.FlushAccess();
            Execute(busy, "ROLLBACK");
        }

        Assert.Equal([2001, 2001], Years(store));
    }

    [UnixFact]
    public void A_store_that_cannot_be_written_to_keeps_its_times_and_fails_nobody()
    {
        SetAll(Old);
        using (EmbeddedStore store = EmbeddedStore.Open(_path))
        {
            Read(store, "a");

            // As on a disk that has become read-only: SQLite refuses the write, whoever asks.
            using SqliteConnection refusing = Connect();
            Execute(refusing, "CREATE TRIGGER NoWrite BEFORE UPDATE ON Atoms BEGIN SELECT RAISE(ABORT, 'read-only'); END");
        }

        using EmbeddedStore after = EmbeddedStore.Open(_path);
        Assert.Equal([2001, 2001], Years(after));
    }

    private static void Read(EmbeddedStore store, string tensor)
    {
        ModelTensors model = ModelTensors.Of(store, store.FindModel("m")!);
        TensorReading.Read(model, model.Tensors.Single(info => info.Name == tensor));
    }

    private static int[] Years(EmbeddedStore store) => [.. store.ListTensors(store.FindModel("m")!.ModelId).Select(tensor => tensor.LastAccessedAtUtc.Year)];

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void SetAll(string time)
    {
        using SqliteConnection connection = Connect();
        Execute(connection, $"UPDATE Atoms SET LastAccessedAt = '{time}'");
    }

    private List<string> Times()
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT a.LastAccessedAt FROM TensorAtoms t JOIN Atoms a ON a.AtomId = t.AtomId ORDER BY t.Ordinal";
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> times = [];
        while (reader.Read())
        {
            times.Add(reader.GetString(0));
        }

        return times;
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={Path.Combine(_path, "hart.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
