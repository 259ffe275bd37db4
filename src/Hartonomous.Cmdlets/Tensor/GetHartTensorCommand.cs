using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Lists the tensors of stored models, in the order of their files.</summary>
[Cmdlet(VerbsCommon.Get, "HartTensor")]
[OutputType(typeof(HartTensor))]
public sealed class GetHartTensorCommand : StoredModelCmdlet
{
    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Only tensors of these kinds of layers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartLayerType[]? LayerType { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (StoredModel model in FindModels(connection, Model))
        {
            TryWork("Reading tensors", model.Name, context =>
            {
                using StoreLease lease = Acquire(connection);
                List<StoredTensor> tensors = [.. lease.Store.ListTensors(model.ModelId)];
                NameSelection selection = new(Name, [.. tensors.Select(tensor => tensor.Info.Name)]);
                foreach (HartTensor tensor in tensors
                    .Where(tensor => selection.Contains(tensor.Info.Name))
                    .Select(tensor => Convert.Tensor(tensor, model.Tenant, connection.Path))
                    .Where(tensor => LayerType is null || LayerType.Contains(tensor.LayerType)))
                {
                    context.Output(tensor);
                }
            });
        }
    }
}
