using System.Management.Automation;
using Hartonomous.Core.Comparison;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Compares two models, stored or on disk, in any formats: which tensors are the same, how far the others are apart, and whether one is a copy,
/// a quantization or a fine-tune of the other.
/// </summary>
[Cmdlet(VerbsData.Compare, "HartModel")]
[OutputType(typeof(HartModelComparison))]
public sealed class CompareHartModelCommand : StoreCmdlet
{
    /// <summary>The model to compare with: the name of a stored one, or the path of a model file or folder.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The name of a stored model, or the path of a model file or folder.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string Reference { get; set; } = string.Empty;

    /// <summary>The models to compare: names of stored ones, or paths of model files or folders.</summary>
    [Parameter(
        Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Names of stored models, or paths of model files or folders.")]
    [Alias("Name", "PSPath")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Difference { get; set; } = [];

    /// <summary>Only tensors whose names match one of these, in either model. Case counts.</summary>
    [Parameter]
    [Alias("TensorName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Tensor { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        WildcardPattern[]? wildcards = Tensor is null ? null : [.. Tensor.Select(text => new WildcardPattern(text))];
        Func<string, bool>? filter = wildcards is null ? null : name => wildcards.Any(wildcard => wildcard.IsMatch(name));
        string referencePath = GetUnresolvedProviderPathFromPSPath(Reference);
        foreach (string difference in Difference)
        {
            string differencePath = GetUnresolvedProviderPathFromPSPath(difference);
            TryWork("Comparing models", difference, context =>
            {
                using StoreLease? lease = connection.Exists ? Acquire(connection) : null;
                using ModelSource first = Open(lease?.Store, Reference, referencePath, context);
                using ModelSource second = Open(lease?.Store, difference, differencePath, context);
                ModelComparison comparison = ModelComparer.Compare(first, second, filter, context.Progress, context.Token);
                if (comparison.Tensors.Count == 0 && filter is not null)
                {
                    throw new StoreException(StoreErrorCodes.TensorNotFound, difference, "no tensor has a name that fits -Tensor");
                }

                context.Output(ComparisonObjects.Make(comparison));
            });
        }
    }

    /// <summary>The stored model of the name, else the model at the path that the name is in this session.</summary>
    private static ModelSource Open(IModelStore? store, string name, string path, WorkContext context) =>
        ComparedModels.Open(store, store?.FindModel(name) is null && System.IO.Path.Exists(path) ? path : name, context.Token);
}
