using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Says which store the cmdlets of this runspace use without <c>-Connection</c>.</summary>
[Cmdlet(VerbsCommon.Get, "HartStore")]
[OutputType(typeof(HartStoreConnection))]
public sealed class GetHartStoreCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(DefaultConnection.Current);
}
