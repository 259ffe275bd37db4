using System.Management.Automation;
using System.Security;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Commands;

/// <summary>
/// Makes a store the default of this runspace: a folder, or a database on a server. The folder may be new: the first import makes the store. A
/// folder that holds something else, or a store this version cannot use, is refused at once.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "HartStore", DefaultParameterSetName = "Path")]
[OutputType(typeof(HartStoreConnection))]
public sealed class ConnectHartStoreCommand : HartCmdlet
{
    /// <summary>The store's folder.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true,
        HelpMessage = "The folder of the store; a new one is made by the first import.")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The server: its name, with instance or port where it has one (<c>sql01</c>, <c>sql01\prod</c>, <c>sql01,1433</c>).</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Server", HelpMessage = "The server, with instance or port where it has one.")]
    [Alias("ServerInstance")]
    [ValidateNotNullOrEmpty]
    public string SqlInstance { get; set; } = string.Empty;

    /// <summary>The database.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Server", HelpMessage = "The database that holds the store.")]
    [ValidateNotNullOrEmpty]
    public string Database { get; set; } = string.Empty;

    /// <summary>A SQL login. Without it, and without a token, Windows signs in.</summary>
    [Parameter(ParameterSetName = "Server")]
    [Alias("SqlCredential")]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>A token of Entra ID for the server (<c>(Get-AzAccessToken -ResourceUrl https://database.windows.net).Token</c>).</summary>
    [Parameter(ParameterSetName = "Server")]
    [SecureTextTransformation]
    [ValidateNotNull]
    public SecureString? AccessToken { get; set; }

    /// <summary>Whether a certificate that no authority vouches for is accepted. Connections are encrypted either way.</summary>
    [Parameter(ParameterSetName = "Server")]
    public SwitchParameter TrustServerCertificate { get; set; }

    /// <summary>A connection string of SqlClient instead.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ConnectionString", HelpMessage = "A connection string of SqlClient.")]
    [ValidateNotNullOrEmpty]
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>The tenant whose models and jobs are meant; <c>*</c> for those of all.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantNameCompleter))]
    public string Tenant { get; set; } = HartStoreConnection.DefaultTenant;

    /// <summary>Whether the connection is written to the pipeline, to be given to <c>-Connection</c>.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string? folder = ParameterSetName == "Path" ? FullPath(Path) : null;
        HartStoreConnection? made = null;
        Work("Connecting to a store", folder ?? SqlInstance, _ => Check(made = Make(folder)));
        HartStoreConnection connection = made!;
        DefaultConnection.Set(connection);
        WriteVerbose(connection.Exists
            ? $"Connected to the store {connection}."
            : $"{connection} holds no store yet; the first import makes it.");
        if (PassThru)
        {
            WriteObject(connection);
        }
    }

    private HartStoreConnection Make(string? folder) => ParameterSetName switch
    {
        "Server" => new HartStoreConnection(
            ServerLogin.Of(SqlInstance, Database, Credential, AccessToken, TrustServerCertificate), "Connected", Tenant),
        "ConnectionString" => new HartStoreConnection(ServerLogin.Of(ConnectionString), "Connected", Tenant),
        _ => new HartStoreConnection(folder!, "Connected", Tenant),
    };

    private static void Check(HartStoreConnection connection)
    {
        if (connection.Exists)
        {
            using StoreLease lease = connection.Acquire(create: false);
        }
        else
        {
            EmbeddedStore.EnsureVacant(connection.Path);
        }
    }
}
