using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Hartonomous.Commands;

/// <summary>Completes the names of tenants. Never makes a store, and never shows an error: at worst it completes nothing.</summary>
internal sealed class TenantNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            HartStoreConnection connection =
                (ModelNameCompleter.Given(fakeBoundParameters) ?? DefaultConnection.Current).For(HartStoreConnection.DefaultTenant);
            if (!connection.Exists)
            {
                return [];
            }

            WildcardPattern pattern = new((wordToComplete ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
            using StoreLease lease = connection.Acquire(create: false);
            return [.. lease.Store.Tenants.List().Where(tenant => pattern.IsMatch(tenant.Name)).Select(tenant => new CompletionResult(
                ModelNameCompleter.Quote(tenant.Name), tenant.Name, CompletionResultType.ParameterValue, tenant.Description ?? tenant.Name))];
        }
        catch (Exception)
        {
            return [];
        }
    }
}
