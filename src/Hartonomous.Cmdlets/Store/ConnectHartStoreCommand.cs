using System.Management.Automation;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Commands;

/// <summary>
/// Makes a store the default of this runspace. The folder may be new: the first import makes the store. A folder that holds something else,
/// or a store this version cannot use, is refused at once.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "HartStore")]
[OutputType(typeof(HartStoreConnection))]
public sealed class ConnectHartStoreCommand : HartCmdlet
{
    /// <summary>The store's folder.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The folder of the store; a new one is made by the first import.")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

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
        HartStoreConnection connection = new(FullPath(Path), "Connected", Tenant);
        Work("Connecting to a store", connection.Path, _ => Check(connection));
        DefaultConnection.Set(connection);
        WriteVerbose(connection.Exists
            ? $"Connected to the store {connection}."
            : $"{connection} holds no store yet; the first import makes it.");
        if (PassThru)
        {
            WriteObject(connection);
        }
    }

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
