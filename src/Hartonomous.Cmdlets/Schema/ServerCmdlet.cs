using System.Management.Automation;
using System.Security;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that look after the schema of a database, which need not hold a store yet.</summary>
public abstract class ServerCmdlet : HartCmdlet
{
    /// <summary>The server: its name, with instance or port where it has one.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = "Server", ValueFromPipelineByPropertyName = true,
        HelpMessage = "The server, with instance or port where it has one.")]
    [Alias("ServerInstance")]
    [ValidateNotNullOrEmpty]
    public string SqlInstance { get; set; } = string.Empty;

    /// <summary>The database, which has to be there.</summary>
    [Parameter(
        Mandatory = true, Position = 1, ParameterSetName = "Server", ValueFromPipelineByPropertyName = true,
        HelpMessage = "The database of the store.")]
    [ValidateNotNullOrEmpty]
    public string Database { get; set; } = string.Empty;

    /// <summary>A SQL login. Without it, and without a token, Windows signs in.</summary>
    [Parameter(ParameterSetName = "Server")]
    [Alias("SqlCredential")]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>A token of Entra ID for the server.</summary>
    [Parameter(ParameterSetName = "Server")]
    [SecureTextTransformation]
    [ValidateNotNull]
    public SecureString? AccessToken { get; set; }

    /// <summary>Whether a certificate that no authority vouches for is accepted.</summary>
    [Parameter(ParameterSetName = "Server")]
    public SwitchParameter TrustServerCertificate { get; set; }

    /// <summary>A connection string of SqlClient instead.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ConnectionString", HelpMessage = "A connection string of SqlClient.")]
    [ValidateNotNullOrEmpty]
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>The database, reached as the parameters say.</summary>
    private protected ServerLogin Login() => ParameterSetName == "Server"
        ? ServerLogin.Of(SqlInstance, Database, Credential, AccessToken, TrustServerCertificate)
        : ServerLogin.Of(ConnectionString);

    /// <summary>What a script is for users.</summary>
    private protected static HartSchemaScript ToObject(SchemaScript script, string store) => new()
    {
        Store = store,
        Name = script.Name,
        Kind = script.Kind.ToString(),
        State = script.State.ToString(),
        Detail = script.Detail,
    };
}
