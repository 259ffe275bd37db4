using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>Scores the tensors of stored models and stores the scores, tensor by tensor: what was scored before an interruption stays.</summary>
public sealed class ModelScorer
{
    private readonly IPruningStore _store;

    /// <summary>Scores models of a store.</summary>
    /// <exception cref="StoreException">The store keeps no scores (<c>SCORE_UNSUPPORTED</c>).</exception>
    public ModelScorer(IModelStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store as IPruningStore
            ?? throw new StoreException(ScoreErrorCodes.Unsupported, store.DisplayName, "this store keeps no scores");
    }

    /// <summary>Scores all tensors of a model that the data speak of and that can be decoded, but for those that were pruned.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The method and its data.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Number of tensors scored.</returns>
    public int Score(StoredModel model, ScoreInputs inputs, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ModelTensors content = ModelTensors.Of(_store, model, isUse: false);
        List<StoredTensor> tensors =
        [
            .. _store.ListTensors(model.ModelId).Where(tensor => tensor.PrunedFrom is null && inputs.Has(tensor.Info) &&
                Quantization.TensorDecoder.CanDecode(tensor.Info.Dtype)),
        ];
        long done = 0;
        long total = tensors.Sum(tensor => tensor.Info.SizeBytes) * (inputs.Method == ScoreMethod.Snip ? 2 : 1);
        TensorScorer.PrepareModel(content, inputs, bytes => Report(model.Name, bytes), cancellation);
        foreach (StoredTensor tensor in tensors)
        {
            Save(tensor, TensorScorer.Score(content, tensor.Info, inputs, bytes => Report(tensor.Info.Name, bytes), cancellation), inputs);
        }

        return tensors.Count;

        void Report(string item, long bytes) => progress?.Report(new OperationProgress(item, Math.Min(done += bytes, total), total));
    }

    /// <summary>Stores the score of a tensor.</summary>
    /// <exception cref="StoreException">The tensor is gone, or has another content by now (<c>TENSOR_NOT_FOUND</c>).</exception>
    public void Save(StoredTensor tensor, TensorScore score, ScoreInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(inputs);
        _store.SaveScores(
        [
            new StoredScore
            {
                TensorAtomId = tensor.TensorAtomId,
                Tensor = tensor.Info.Name,
                Sha256 = tensor.Info.Sha256!.Value,
                Method = score.Method.ToString(),
                Mean = score.Mean,
                Total = score.Sum,
                Least = score.Min,
                Greatest = score.Max,
                ValueCount = score.Count,
                InvalidCount = score.InvalidCount,
                RowMeans = score.Rows is null ? null : [.. score.Rows.Select(row => row.Mean)],
                BlockMeans = [.. score.Blocks.Select(block => block.Mean)],
                Inputs = inputs.Description,
                ProductVersion = ProductVersion.Text,
                ScoredAtUtc = DateTime.UtcNow,
            },
        ]);
    }
}
