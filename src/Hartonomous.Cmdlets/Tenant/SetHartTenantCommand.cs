using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Changes the quotas and the description of tenants. What is not given stays; <c>$null</c> takes a quota away. A quota below what a tenant has
/// stops its imports, and removes nothing.
/// </summary>
[Cmdlet(VerbsCommon.Set, "HartTenant", SupportsShouldProcess = true)]
[OutputType(typeof(HartTenant))]
public sealed class SetHartTenantCommand : StoreCmdlet
{
    /// <summary>The tenants.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of tenants; Get-HartTenant lists them.")]
    [Alias("Tenant")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Most distinct contents that the tenant's models may refer to, or <c>$null</c> for no quota.</summary>
    [Parameter]
    [AllowNull]
    public long? MaxAtoms { get; set; }

    /// <summary>Most bytes of those contents, or <c>$null</c> for no quota.</summary>
    [Parameter]
    [AllowNull]
    public long? MaxBytes { get; set; }

    /// <summary>What the tenant is, for people.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <summary>Whether the changed tenants are written to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MaxAtoms < 0 || MaxBytes < 0)
        {
            const string message = $"{HartErrorCodes.Quota}: a quota is 0 or more, or $null for none.";
            ThrowTerminatingError(ErrorRecords.Make(new HartException(HartErrorCodes.Quota, Name[0], message), Name[0]));
        }

        HartStoreConnection connection = CurrentConnection.For(HartStoreConnection.DefaultTenant);
        foreach (string name in Name)
        {
            if (ShouldProcess($"tenant {name} in {connection}", "Change"))
            {
                TryWork("Changing a tenant", name, context => Change(connection, name, context));
            }
        }
    }

    private void Change(HartStoreConnection connection, string name, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        StoredTenant tenant = lease.Store.Tenants.Find(name)
            ?? throw new StoreException(StoreErrorCodes.TenantNotFound, name, "there is no tenant of this name");
        StoredTenant changed = lease.Store.Tenants.Set(tenant.Name, new TenantSettings(
            IsGiven(nameof(MaxAtoms)) ? MaxAtoms : tenant.MaxAtoms,
            IsGiven(nameof(MaxBytes)) ? MaxBytes : tenant.MaxBytes,
            IsGiven(nameof(Description)) ? Description : tenant.Description));
        context.Information($"Changed the tenant {changed.Name}.");
        if (PassThru)
        {
            context.Output(Convert.Tenant(changed, connection.Path));
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
