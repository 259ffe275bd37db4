using System.Diagnostics;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// The schema of a store on a server: what a database has of it, and how it gets the rest. Scripts run one at a time under an application
/// lock, each in a transaction where the server allows it, and are recorded in <c>SchemaVersions</c> with their checksum.
/// </summary>
public sealed class SqlServerSchema
{
    /// <summary>The feature that isolates tenants on the server itself. Applied on request.</summary>
    public const string RowLevelSecurity = "Features/4_row_level_security.sql";

    private const string Vectors = "Features/6_vector_search.sql";
    private const string LockName = "hart:schema";
    private const int LockMilliseconds = 120_000;

    private readonly SqlServerDatabase _database;
    private readonly IReadOnlyList<SqlScript> _scripts = SqlScript.LoadAll();

    /// <summary>The schema of a database.</summary>
    public SqlServerSchema(SqlServerOptions options)
        : this(new SqlServerDatabase(options))
    {
    }

    internal SqlServerSchema(SqlServerDatabase database) => _database = database;

    /// <summary>All scripts and what the database has of them.</summary>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    public IReadOnlyList<SchemaScript> GetStatus() => _database.Run(null, GetStatus);

    /// <summary>Applies what the database lacks, and makes the schema where there is none.</summary>
    /// <param name="withRowLevelSecurity">Whether the server itself is to isolate tenants from each other.</param>
    /// <param name="applied">Told each script once it is applied or refused.</param>
    /// <returns>All scripts and what the database has of them now.</returns>
    /// <exception cref="StoreException">
    /// The database was made by a newer version (<c>STORE_TOO_NEW</c>) or by other scripts (<c>STORE_SCHEMA_CHANGED</c>), another process
    /// changes it (<c>STORE_BUSY</c>), or a script failed.
    /// </exception>
    public IReadOnlyList<SchemaScript> Update(bool withRowLevelSecurity = false, Action<SchemaScript>? applied = null)
    {
        using SqlConnection connection = _database.Connect(null);
        try
        {
            using ApplicationLock held = ApplicationLock.TryTake(connection, LockName, LockMilliseconds) ?? throw new StoreException(
                StoreErrorCodes.StoreBusy, _database.Options.ToString(), "another process has been changing the schema for over two minutes");
            EnsureJournal(connection);
            Check(GetStatus(connection));
            List<SchemaScript> refused = Apply(connection, withRowLevelSecurity, applied);
            return [.. GetStatus(connection).Select(script => refused.Find(other => other.Name == script.Name) ?? script)];
        }
        catch (SqlException error)
        {
            throw SqlErrors.ToStoreException(error, _database.Options.ToString(), isOpening: false);
        }
    }

    /// <summary>Whether a database has all that it can use. Features that its server lacks, refuses or that nobody asked for do not count.</summary>
    public static bool IsUpToDate(IReadOnlyList<SchemaScript> scripts) => scripts.All(script => script.State switch
    {
        SchemaScriptState.Applied or SchemaScriptState.Unsupported or SchemaScriptState.Optional or SchemaScriptState.Refused => true,
        SchemaScriptState.Missing or SchemaScriptState.Outdated => script.Kind == SqlScriptKind.Feature,
        _ => false,
    });

    /// <summary>Refuses a database that this version cannot use, and tells whether it isolates tenants itself.</summary>
    internal bool CheckUsable()
    {
        IReadOnlyList<SchemaScript> status = GetStatus();
        Check(status);
        if (status.All(script => script.State is not (SchemaScriptState.Applied or SchemaScriptState.Outdated)))
        {
            throw new StoreException(
                StoreErrorCodes.StoreNotFound, _database.Options.ToString(),
                "the database holds no store; Install-HartSchema or hart schema --update makes one");
        }

        if (status.FirstOrDefault(
            script => script.Kind != SqlScriptKind.Feature && script.State is SchemaScriptState.Missing or SchemaScriptState.Outdated) is { } old)
        {
            throw new StoreException(
                StoreErrorCodes.StoreTooOld, _database.Options.ToString(),
                $"its schema lacks {old.Name} as this program has it; Update-HartSchema or hart schema --update brings it up to date");
        }

        _database.HasVectors = status.Any(script => script is { Name: Vectors, State: SchemaScriptState.Applied });
        return status.Any(script => script is { Name: RowLevelSecurity, State: SchemaScriptState.Applied or SchemaScriptState.Outdated });
    }

    private IReadOnlyList<SchemaScript> GetStatus(SqlConnection connection)
    {
        ServerTraits traits = ServerTraits.Read(connection);
        Dictionary<string, Applied> applied = connection.ExecuteScalar<int?>("SELECT OBJECT_ID(N'dbo.SchemaVersions')") is null
            ? []
            : connection.Query<Applied>("SELECT ScriptName, Kind, Checksum, ProductVersion FROM dbo.SchemaVersions").ToDictionary(row => row.ScriptName);
        List<SchemaScript> status = [.. _scripts.Select(script => StateOf(script, applied.GetValueOrDefault(script.Name), traits))];
        IEnumerable<Applied> unknown = applied.Values.Where(
            row => _scripts.All(script => script.Name != row.ScriptName) && IsNewer(row.ProductVersion, row.Kind));
        status.AddRange(unknown.Select(row =>
            new SchemaScript(row.ScriptName, Enum.Parse<SqlScriptKind>(row.Kind), SchemaScriptState.Newer, $"applied by version {row.ProductVersion}")));
        return status;
    }

    private static SchemaScript StateOf(SqlScript script, Applied? applied, ServerTraits traits)
    {
        string? lack = script.Kind == SqlScriptKind.Feature ? traits.Lacks(FeatureOf(script)) : null;
        (SchemaScriptState state, string? detail) = (script.Kind, applied) switch
        {
            (_, { } row) when row.Checksum == script.Checksum => (SchemaScriptState.Applied, (string?)null),
            (SqlScriptKind.Migration, { } row) => (SchemaScriptState.Changed, $"applied in another form by version {row.ProductVersion}"),
            (_, { } row) when IsNewer(row.ProductVersion, null) => (SchemaScriptState.Newer, $"applied in a newer form by version {row.ProductVersion}"),
            (_, { }) => (SchemaScriptState.Outdated, null),
            (SqlScriptKind.Feature, null) when lack is not null => (SchemaScriptState.Unsupported, lack),
            (SqlScriptKind.Feature, null) when script.Name == RowLevelSecurity => (SchemaScriptState.Optional, "applied on request"),
            _ => (SchemaScriptState.Missing, null),
        };
        return new SchemaScript(script.Name, script.Kind, state, detail);
    }

    /// <summary>Whether the version that applied a script is newer than this one. Of a migration nobody knows that is certain.</summary>
    private static bool IsNewer(string version, string? kind) => kind == nameof(SqlScriptKind.Migration) ||
        (Version.TryParse(version.Split('-', '+')[0], out Version? other) &&
         Version.TryParse(ProductVersion.Text.Split('-', '+')[0], out Version? own) && other > own);

    private void Check(IReadOnlyList<SchemaScript> status)
    {
        if (status.FirstOrDefault(script => script.State == SchemaScriptState.Newer) is { } newer)
        {
            throw new StoreException(
                StoreErrorCodes.StoreTooNew, _database.Options.ToString(), $"{newer.Name} was {newer.Detail}; use that version or a later one");
        }

        if (status.FirstOrDefault(script => script.State == SchemaScriptState.Changed) is { } changed)
        {
            throw new StoreException(StoreErrorCodes.StoreSchemaChanged, _database.Options.ToString(), $"it was made with another script {changed.Name}");
        }
    }

    private List<SchemaScript> Apply(SqlConnection connection, bool withRowLevelSecurity, Action<SchemaScript>? applied)
    {
        List<SchemaScript> refused = [];
        bool isChanged = false;
        foreach (SchemaScript pending in GetStatus(connection))
        {
            bool isWanted = pending.State is SchemaScriptState.Missing or SchemaScriptState.Outdated ||
                (pending.State == SchemaScriptState.Optional && withRowLevelSecurity) ||
                (pending.Kind == SqlScriptKind.Security && isChanged);
            if (!isWanted)
            {
                continue;
            }

            SqlScript script = _scripts.Single(other => other.Name == pending.Name);
            try
            {
                Run(connection, script);
                isChanged = true;
                applied?.Invoke(pending with { State = SchemaScriptState.Applied, Detail = null });
            }
            catch (SqlException error) when (script.Kind == SqlScriptKind.Feature && !SqlErrors.IsConnectionLost(error))
            {
                refused.Add(pending with { State = SchemaScriptState.Refused, Detail = error.Errors[0].Message });
                applied?.Invoke(refused[^1]);
            }
        }

        return refused;
    }

    private static void Run(SqlConnection connection, SqlScript script)
    {
        Stopwatch clock = Stopwatch.StartNew();

        // ALTER DATABASE, which features have, runs in no transaction; features can be repeated.
        using SqlTransaction? transaction = script.Kind == SqlScriptKind.Feature ? null : connection.BeginTransaction();
        if (script.DropSql() is { } drop)
        {
            connection.Execute(drop, transaction: transaction);
        }

        foreach (string batch in script.Batches())
        {
            connection.Execute(batch, transaction: transaction, commandTimeout: 0);
        }

        connection.Execute(
            """
            DELETE FROM dbo.SchemaVersions WHERE ScriptName = @Name;
            INSERT INTO dbo.SchemaVersions (ScriptName, Kind, Checksum, ProductVersion, DurationMs) VALUES (@Name, @kind, @Checksum, @product, @duration);
            """,
            new { script.Name, kind = script.Kind.ToString(), script.Checksum, product = ProductVersion.Text, duration = (int)clock.ElapsedMilliseconds },
            transaction);
        transaction?.Commit();
    }

    private static void EnsureJournal(SqlConnection connection) => connection.Execute(
        """
        IF OBJECT_ID(N'dbo.SchemaVersions') IS NULL
            CREATE TABLE dbo.SchemaVersions (
                ScriptName     nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT PK_SchemaVersions PRIMARY KEY,
                Kind           nvarchar(20)  NOT NULL,
                Checksum       nvarchar(64)  NOT NULL,
                ProductVersion nvarchar(50)  NOT NULL,
                AppliedAt      datetime2(3)  NOT NULL CONSTRAINT DF_SchemaVersions_AppliedAt DEFAULT SYSUTCDATETIME(),
                DurationMs     int           NOT NULL
            );
        """);

    private static string FeatureOf(SqlScript script) => script.ObjectName switch
    {
        "6_vector_search" => "vector",
        "1_snapshot_isolation" => "snapshot",
        string name => name,
    };

    private sealed record Applied
    {
        public required string ScriptName { get; init; }

        public required string Kind { get; init; }

        public required string Checksum { get; init; }

        public required string ProductVersion { get; init; }
    }
}
