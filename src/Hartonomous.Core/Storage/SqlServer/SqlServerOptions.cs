using System.Net;
using System.Security;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Where a store on a server is and who signs in. Secrets stay out of every text: <see cref="ToString"/>, messages and display names hold the
/// server and the database only. Connections are encrypted unless a connection string says otherwise.
/// </summary>
public sealed class SqlServerOptions
{
    private readonly SqlConnectionStringBuilder _builder;
    private readonly SqlCredential? _credential;
    private readonly string? _accessToken;

    private SqlServerOptions(SqlConnectionStringBuilder builder, SqlCredential? credential, string? accessToken)
    {
        builder.ApplicationName = builder.ShouldSerialize("Application Name") ? builder.ApplicationName : "Hartonomous";
        builder.ConnectRetryCount = builder.ShouldSerialize("Connect Retry Count") ? builder.ConnectRetryCount : 3;

        // What fails at once is asked again by the store, not refused for minutes by the pool.
        builder.PoolBlockingPeriod = PoolBlockingPeriod.NeverBlock;
        _builder = builder;
        _credential = credential;
        _accessToken = accessToken;
        Server = builder.DataSource;
        Database = builder.InitialCatalog;
        UserName = credential?.UserId ?? (builder.UserID.Length > 0 ? builder.UserID : null);
    }

    /// <summary>The server, as it was named.</summary>
    public string Server { get; }

    /// <summary>The database.</summary>
    public string Database { get; }

    /// <summary>The login; null where Windows or a token signs in.</summary>
    public string? UserName { get; }

    /// <summary>
    /// How long a worker is taken for alive after its last sign. It gives one about every second; when it has given none for so long, others
    /// take over its job. So long it waits, too, for a server that went away.
    /// </summary>
    public TimeSpan Lease { get; private init; }

    /// <summary>Reads a connection string of SqlClient's.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="lease">How long a worker is taken for alive after its last sign; 30 seconds where null.</param>
    /// <exception cref="StoreException">It is none, or names no server or database (<c>STORE_INVALID</c>). The message does not repeat it.</exception>
    public static SqlServerOptions Parse(string connectionString, TimeSpan? lease = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        SqlConnectionStringBuilder builder;
        try
        {
            builder = new SqlConnectionStringBuilder(connectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StoreException(
                StoreErrorCodes.StoreInvalid, "connection string",
                "it is not a connection string of SqlClient, such as Server=sql01;Database=hart;Integrated Security=true");
        }

        return Checked(builder, null, null, lease);
    }

    /// <summary>Signs in with Windows, or with what <paramref name="password"/> or <paramref name="accessToken"/> say.</summary>
    /// <param name="server">Server, with instance or port where it has one (<c>sql01</c>, <c>sql01\prod</c>, <c>sql01,1433</c>).</param>
    /// <param name="database">Database.</param>
    /// <param name="userName">SQL login, or null.</param>
    /// <param name="password">Its password.</param>
    /// <param name="accessToken">Token of Entra ID for the server, or null.</param>
    /// <param name="trustServerCertificate">Whether a certificate that no authority vouches for is accepted.</param>
    /// <exception cref="StoreException">Server or database is empty (<c>STORE_INVALID</c>).</exception>
    public static SqlServerOptions Create(
        string server, string database, string? userName = null, SecureString? password = null, string? accessToken = null,
        bool trustServerCertificate = false)
    {
        SqlConnectionStringBuilder builder = new()
        {
            DataSource = server,
            InitialCatalog = database,
            TrustServerCertificate = trustServerCertificate,
            IntegratedSecurity = userName is null && accessToken is null,
        };
        SqlCredential? credential = null;
        if (userName is not null)
        {
            SecureString secret = password?.Copy() ?? new SecureString();
            secret.MakeReadOnly();
            credential = new SqlCredential(userName, secret);
        }

        return Checked(builder, credential, accessToken);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Server}/{Database}";

    /// <summary>A connection that is not open.</summary>
    internal SqlConnection NewConnection()
    {
        SqlConnection connection = _credential is null
            ? new SqlConnection(_builder.ConnectionString)
            : new SqlConnection(_builder.ConnectionString, _credential);
        if (_accessToken is not null)
        {
            connection.AccessToken = _accessToken;
        }

        return connection;
    }

    /// <summary>The lease in whole seconds.</summary>
    internal int LeaseSeconds => Math.Max(1, (int)Lease.TotalSeconds);

    private static SqlServerOptions Checked(SqlConnectionStringBuilder builder, SqlCredential? credential, string? accessToken, TimeSpan? lease = null)
    {
        if (builder.DataSource.Length == 0 || builder.InitialCatalog.Length == 0)
        {
            throw new StoreException(
                StoreErrorCodes.StoreInvalid, "connection", $"it names no {(builder.DataSource.Length == 0 ? "server" : "database")}");
        }

        // A password in a connection string is moved out of it, where SqlClient clears it after sign-in.
        if (credential is null && accessToken is null && builder.UserID.Length > 0 && !builder.IntegratedSecurity &&
            builder.Authentication is SqlAuthenticationMethod.NotSpecified or SqlAuthenticationMethod.SqlPassword && !builder.ShouldSerialize("Authentication"))
        {
            SecureString secret = new NetworkCredential(string.Empty, builder.Password).SecurePassword;
            secret.MakeReadOnly();
            credential = new SqlCredential(builder.UserID, secret);
            builder.Remove("User ID");
            builder.Remove("Password");
        }

        return new SqlServerOptions(builder, credential, accessToken) { Lease = lease ?? TimeSpan.FromSeconds(30) };
    }
}
