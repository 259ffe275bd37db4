using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that use a store.</summary>
public abstract class StoreCmdlet : HartCmdlet
{
    private readonly LeaseKeeper _leases = new();

    /// <summary>
    /// The store to use instead of the one this runspace is connected to: a connection, or a store's folder. Objects that come from a store
    /// name it, so that what is piped from one store never ends in another.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Store")]
    [ValidateNotNull]
    [StoreConnectionTransformation]
    public HartStoreConnection? Connection { get; set; }

    /// <summary>Whether it is only to be said what would be done.</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _leases.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The store this record goes to. Read on the pipeline thread: the default belongs to the runspace.</summary>
    private protected virtual HartStoreConnection CurrentConnection => Connection ?? DefaultConnection.Current;

    /// <summary>Opens a store; called by the work, which disposes the lease.</summary>
    private protected StoreLease Acquire(HartStoreConnection connection, bool create = false) => _leases.Acquire(connection, create);
}
