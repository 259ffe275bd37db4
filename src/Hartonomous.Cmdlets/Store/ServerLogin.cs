using System.Collections.Concurrent;
using System.Management.Automation;
using System.Net;
using System.Security;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Commands;

/// <summary>
/// A server, a database, and how this process signs in there. Objects from a store name it by <see cref="Name"/>, which holds no secret; the
/// login behind the name stays in the process that connected.
/// </summary>
internal sealed class ServerLogin
{
    /// <summary>What names of stores on servers begin with.</summary>
    public const string Scheme = "sqlserver://";

    private static readonly ConcurrentDictionary<string, ServerLogin> Known = new(StringComparer.OrdinalIgnoreCase);

    private readonly string? _connectionString;
    private readonly string _server;
    private readonly string _database;
    private readonly PSCredential? _credential;
    private readonly SecureString? _accessToken;
    private readonly bool _trustsCertificate;

    private ServerLogin(
        string? connectionString, string server, string database, string? userName, PSCredential? credential, SecureString? accessToken, bool trustsCertificate)
    {
        _connectionString = connectionString;
        _server = server;
        _database = database;
        _credential = credential;
        _accessToken = accessToken;
        _trustsCertificate = trustsCertificate;
        Name = $"{Scheme}{(userName is null ? string.Empty : userName + "@")}{server}/{database}";
        Known[Name] = this;
    }

    /// <summary>The store's name: user, server and database.</summary>
    public string Name { get; }

    /// <summary>Signs in with Windows, a SQL login or a token.</summary>
    public static ServerLogin Of(string server, string database, PSCredential? credential, SecureString? accessToken, bool trustsCertificate) =>
        new(null, server, database, credential?.UserName, credential, accessToken, trustsCertificate);

    /// <summary>Signs in as a connection string says.</summary>
    public static ServerLogin Of(string connectionString)
    {
        SqlServerOptions options = SqlServerOptions.Parse(connectionString);
        return new ServerLogin(connectionString, options.Server, options.Database, options.UserName, null, null, false);
    }

    /// <summary>The login of a name that this process has connected under; null where it has not.</summary>
    public static ServerLogin? Find(string name) => Known.GetValueOrDefault(name);

    private string? PlainToken => _accessToken is null ? null : new NetworkCredential(string.Empty, _accessToken).Password;

    /// <summary>What the core needs to connect.</summary>
    public SqlServerOptions ToOptions() => _connectionString is not null
        ? SqlServerOptions.Parse(_connectionString)
        : SqlServerOptions.Create(_server, _database, _credential?.UserName, _credential?.Password, PlainToken, _trustsCertificate);
}
