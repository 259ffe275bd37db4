using System.Globalization;
using System.Reflection;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The SQLite file of an embedded store: connections, and the schema with its migrations.</summary>
internal sealed class StoreDatabase : IDisposable
{
    /// <summary>Marks a SQLite file as a Hartonomous store ("HART").</summary>
    private const int ApplicationId = 0x48415254;

    /// <summary>How long a statement waits for another process to let go of the database.</summary>
    private const int BusySeconds = 120;

    // The provider has one pool for all handles of this process on a file, and emptying it takes connections from under who is just opening one.
    private static readonly Lock PoolGate = new();
    private static readonly Dictionary<string, int> PoolUsers = [];

    private readonly string _connectionString;
    private bool _isDisposed;

    private StoreDatabase(string path, string source, SqliteOpenMode mode)
    {
        FilePath = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            ForeignKeys = true,
            DefaultTimeout = BusySeconds,
        }.ToString();
        lock (PoolGate)
        {
            PoolUsers[_connectionString] = PoolUsers.GetValueOrDefault(_connectionString) + 1;
        }
    }

    public string FilePath { get; }

    /// <summary>Opens the file, makes it if need be, and brings its schema up to date.</summary>
    /// <exception cref="StoreException">The file is no store, or one of a newer version.</exception>
    public static StoreDatabase Open(string path)
    {
        Batteries_V2.Init();
        try
        {
            return OpenAndMigrate(path, path, SqliteOpenMode.ReadWriteCreate);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_NOTADB)
        {
            throw new StoreException(StoreErrorCodes.StoreInvalid, path, "the file is not a SQLite database", error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN && File.Exists(path))
        {
            return OpenForReading(path);
        }
        catch (SqliteException error) when (Maintenance.StoreFaults.Translate(error, path) is { } known)
        {
            throw known;
        }
    }

    private static StoreDatabase OpenAndMigrate(string path, string source, SqliteOpenMode mode)
    {
        StoreDatabase database = new(path, source, mode);
        try
        {
            using SqliteConnection connection = database.Connect();
            if (mode != SqliteOpenMode.ReadOnly)
            {
                connection.Execute("PRAGMA journal_mode = WAL");
            }

            Migrate(connection, path);
            return database;
        }
        catch
        {
            // Or the pool would keep a connection to a file that a repair may replace.
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a database that cannot be written to. SQLite needs the two files beside it for that, or the word that nobody writes: where
    /// there is no log, and the folder does not let one be made, nobody does.
    /// </summary>
    private static StoreDatabase OpenForReading(string path)
    {
        string uri = new Uri(path).AbsoluteUri;
        string source = File.Exists(path + "-wal") ? uri : uri + "?immutable=1";
        try
        {
            return OpenAndMigrate(path, source, SqliteOpenMode.ReadOnly);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN)
        {
            throw new StoreException(
                StoreErrorCodes.StoreReadOnly, path, "the database has to be written to before it can be read: by someone who may, with any command", error);
        }
    }

    /// <summary>A connection from the pool; the caller disposes it. Not for use on two threads at once.</summary>
    public SqliteConnection Connect()
    {
        SqliteConnection connection = new(_connectionString);
        connection.Open();
        return connection;
    }

    /// <summary>
    /// A connection of its own for notes that may be lost in a power cut: its commits do not wait for the disk, nor for other writers. Not
    /// from the pool, so that its settings do not come up elsewhere.
    /// </summary>
    public SqliteConnection ConnectForNotes()
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder(_connectionString) { Pooling = false, DefaultTimeout = 1 }.ToString());
        connection.Open();
        connection.Execute("PRAGMA synchronous = NORMAL");
        return connection;
    }

    /// <inheritdoc cref="Write{T}(SqliteConnection, Func{SqliteConnection, T})"/>
    public T Write<T>(Func<SqliteConnection, T> work)
    {
        using SqliteConnection connection = Connect();
        return Write(connection, work);
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction that holds the write lock from its start, so that what it reads stays true until it
    /// commits.
    /// </summary>
    /// <exception cref="StoreException">Another process held the lock too long (<c>STORE_BUSY</c>).</exception>
    public static T Write<T>(SqliteConnection connection, Func<SqliteConnection, T> work)
    {
        BeginImmediate(connection);
        try
        {
            T result = work(connection);
            Check(connection, raw.sqlite3_exec(connection.Handle, "COMMIT"));
            return result;
        }
        catch
        {
            // Fails where the error has rolled back already; then there is nothing left to do.
            _ = raw.sqlite3_exec(connection.Handle, "ROLLBACK");
            throw;
        }
    }

    /// <summary>The moment, as the tables keep it.</summary>
    public static string Now() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>Closes the pooled connections where no other handle of this process has the file open.</summary>
    public void Dispose()
    {
        lock (PoolGate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (--PoolUsers[_connectionString] == 0)
            {
                PoolUsers.Remove(_connectionString);
                using SqliteConnection connection = new(_connectionString);
                SqliteConnection.ClearPool(connection);
            }
        }
    }

    /// <summary>
    /// Takes the write lock. Asks again every few milliseconds: the provider would sleep 150 ms between its tries, SQLite itself, as it is
    /// built for the provider, a whole second.
    /// </summary>
    private static void BeginImmediate(SqliteConnection connection)
    {
        long begin = Environment.TickCount64;
        int result;
        while ((result = raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE")) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            if (Environment.TickCount64 - begin > BusySeconds * 1000L)
            {
                throw new StoreException(
                    StoreErrorCodes.StoreBusy, connection.DataSource, $"another process has held the store for over {BusySeconds} seconds");
            }

            Thread.Sleep(Random.Shared.Next(1, 10));
        }

        Check(connection, result);
    }

    private static void Check(SqliteConnection connection, int result) => SqliteException.ThrowExceptionForRC(result, connection.Handle);

    private static void Migrate(SqliteConnection connection, string path)
    {
        List<(int Version, string Name, string Sql)> scripts = LoadScripts();

        // The tables before the mark: another process may make the store in between.
        int tables = connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_master");
        int version = connection.ExecuteScalar<int>("PRAGMA user_version");
        int applicationId = connection.ExecuteScalar<int>("PRAGMA application_id");
        if (applicationId != ApplicationId && (applicationId != 0 || tables > 0))
        {
            throw new StoreException(StoreErrorCodes.StoreInvalid, path, "the database is not a Hartonomous store");
        }

        if (version > scripts[^1].Version)
        {
            throw new StoreException(
                StoreErrorCodes.StoreTooNew, path, $"its schema has version {version}, this program knows {scripts[^1].Version}");
        }

        CheckRecorded(connection, scripts, path);
        if (Missing(connection, scripts).Count > 0)
        {
            Write(connection, _ => Apply(connection, scripts));
        }
    }

    /// <summary>Refuses a store that was made by other scripts, before anything is done to it.</summary>
    private static void CheckRecorded(SqliteConnection connection, List<(int Version, string Name, string Sql)> scripts, string path)
    {
        if (!IsRecorded(connection))
        {
            return;
        }

        foreach ((int applied, string recorded, string checksum) in connection.Query<(int, string, string)>(
            "SELECT Version, ScriptName, Checksum FROM SchemaVersions"))
        {
            (_, string? name, string? sql) = scripts.Find(script => script.Version == applied);
            if (name is null)
            {
                throw new StoreException(StoreErrorCodes.StoreSchemaChanged, path, $"it was made with a script {recorded} that this program lacks");
            }

            if (checksum != Checksum(sql))
            {
                throw new StoreException(StoreErrorCodes.StoreSchemaChanged, path, $"it was made with another script {name}");
            }
        }
    }

    /// <summary>The scripts that are not recorded as applied. One of a lower number than others may be among them, where lines of work met.</summary>
    private static List<(int Version, string Name, string Sql)> Missing(
        SqliteConnection connection, List<(int Version, string Name, string Sql)> scripts)
    {
        HashSet<int> applied = IsRecorded(connection) ? [.. connection.Query<int>("SELECT Version FROM SchemaVersions")] : [];
        return scripts.FindAll(script => !applied.Contains(script.Version));
    }

    private static bool IsRecorded(SqliteConnection connection) =>
        connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_master WHERE name = 'SchemaVersions'") > 0;

    private static int Apply(SqliteConnection connection, List<(int Version, string Name, string Sql)> scripts)
    {
        connection.Execute(
            """
            CREATE TABLE IF NOT EXISTS SchemaVersions (
                Version        INTEGER PRIMARY KEY,
                ScriptName     TEXT NOT NULL,
                Checksum       TEXT NOT NULL,
                ProductVersion TEXT NOT NULL,
                AppliedAt      TEXT NOT NULL
            )
            """);

        // Asked again under the lock: another process may have migrated while this one waited for it.
        foreach ((int number, string name, string sql) in Missing(connection, scripts))
        {
            connection.Execute(sql);
            connection.Execute(
                "INSERT INTO SchemaVersions (Version, ScriptName, Checksum, ProductVersion, AppliedAt) VALUES (@number, @name, @checksum, @product, @now)",
                new { number, name, checksum = Checksum(sql), product = ProductVersion.Text, now = Now() });
        }

        connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {scripts[^1].Version}");
        return scripts[^1].Version;
    }

    private static string Checksum(string sql) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(sql)).ToString();

    /// <summary>The embedded scripts, named <c>NNNN_what.sql</c>, in order. Line ends do not count, so that a checkout cannot change them.</summary>
    private static List<(int Version, string Name, string Sql)> LoadScripts()
    {
        Assembly assembly = typeof(StoreDatabase).Assembly;
        string prefix = $"{typeof(StoreDatabase).Namespace}.Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource =>
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
                string name = resource[prefix.Length..];
                return (int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd().ReplaceLineEndings("\n"));
            })];
    }
}
