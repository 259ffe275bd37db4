using System.Management.Automation;
using Hartonomous.Core.Search;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Says which stored models a model shares contents with or resembles most, with a verdict and the evidence tensor by tensor.</summary>
[Cmdlet(VerbsCommon.Get, "HartLineage")]
[OutputType(typeof(HartLineage))]
public sealed class GetHartLineageCommand : SpatialCmdlet
{
    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>How many relatives of each at most.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Top { get; set; } = 5;

    /// <summary>Write models that turn out to be unrelated too.</summary>
    [Parameter]
    public SwitchParameter IncludeUnrelated { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (StoredModel model in FindModels(connection, Model))
        {
            TryWork("Finding relatives", model.Name, context =>
            {
                using StoreLease lease = Acquire(connection);
                LineageResult result = ModelLineage.Find(
                    lease.Store,
                    model,
                    new LineageOptions { Top = Top, WithUnrelated = IncludeUnrelated, Space = ResolveSpace(lease.Store) },
                    context.Progress,
                    context.Token);
                if (result.Pending > 0)
                {
                    context.Warning($"{result.Pending} contents of other models have no key yet. Invoke-HartSpatialize makes them.");
                }

                context.Verbose($"{model.Name}: {result.Relatives.Count} relatives.");
                foreach (HartLineage lineage in SpatialObjects.Lineage(result, connection.Path))
                {
                    context.Output(lineage);
                }
            });
        }
    }
}
