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
        IReadOnlyList<StoredModel> models = FindModels(connection, Model);
        HashSet<string>? missing = null;
        foreach (StoredModel model in models)
        {
            TryWork("Reading tensors", model.Name, context =>
            {
                using StoreLease lease = Acquire(connection);
                List<StoredTensor> tensors = [.. lease.Store.ListTensors(model.ModelId)];
                NameSelection selection = new(Name, [.. tensors.Select(tensor => tensor.Info.Name)]);
                missing ??= [.. selection.Missing];
                missing.IntersectWith(selection.Missing);
                foreach (HartTensor tensor in tensors
                    .Where(tensor => selection.Contains(tensor.Info.Name))
                    .Select(tensor => Convert.Tensor(tensor, model.Tenant, connection.Path))
                    .Where(tensor => LayerType is null || LayerType.Contains(tensor.LayerType)))
                {
                    context.Output(tensor);
                }
            });
        }

        // A name that some of the models have is not missing.
        foreach (string name in missing ?? [])
        {
            string where = string.Join(", ", models.Select(model => model.Name));
            string message = $"{StoreErrorCodes.TensorNotFound}: {name}: no tensor of this name is in {where}.";
            WriteError(ErrorRecords.Make(new HartException(StoreErrorCodes.TensorNotFound, name, message), name));
        }
    }
}
