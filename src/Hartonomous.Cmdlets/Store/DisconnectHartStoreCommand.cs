using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>
/// Ends the connection of this runspace; the store that the environment names, or that of the user, is the default again.
/// </summary>
[Cmdlet(VerbsCommunications.Disconnect, "HartStore")]
[OutputType(typeof(void))]
public sealed class DisconnectHartStoreCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() =>
        WriteVerbose(DefaultConnection.Clear() ? "The connection has ended." : "This runspace was not connected to a store.");
}
