using System.Management.Automation;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Lists the scores that are stored of models, with how they were made.</summary>
// The default set is that of tensors: of another, PowerShell would bind a tensor's model by its name first, and that would mean all of the model.
[Cmdlet(VerbsCommon.Get, "HartTensorScore", DefaultParameterSetName = TensorSet)]
[OutputType(typeof(HartTensorScore))]
public sealed class GetHartTensorScoreCommand : StoredModelCmdlet
{
    private const string ModelSet = "Model";
    private const string TensorSet = "Tensor";

    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ModelSet,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 1, ParameterSetName = ModelSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>A tensor of a stored model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TensorSet, HelpMessage = "A tensor that Get-HartTensor found.")]
    [ValidateNotNull]
    public HartTensor? Tensor { get; set; }

    /// <summary>Only scores by these methods.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartScoreMethod[]? Score { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Tensor is null)
        {
            List(Model, Name);
        }
        else
        {
            List([Tensor.Model], [Tensor.Name]);
        }
    }

    private void List(string[] models, string[]? names)
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (StoredModel model in FindModels(connection, models))
        {
            TryWork("Reading scores", model.Name, context =>
            {
                using StoreLease lease = Acquire(connection);
                IPruningStore store = lease.Store as IPruningStore
                    ?? throw new StoreException(ScoreErrorCodes.Unsupported, connection.Path, "this store keeps no scores");
                IReadOnlyList<StoredScore> scores = store.ListScores(model.ModelId);
                NameSelection selection = new(names, [.. scores.Select(score => score.Tensor).Distinct()]);
                foreach (HartTensorScore score in scores
                    .Where(score => selection.Contains(score.Tensor))
                    .Select(score => ScoreParameters.Convert(model.Name, score, connection.Path))
                    .Where(score => Score is null || Score.Contains(score.Score)))
                {
                    context.Output(score);
                }
            });
        }
    }
}
