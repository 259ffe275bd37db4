using System.Text;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Rewriting;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning;

/// <summary>
/// Prunes stored models: the model is imported anew with zeros in the place of the tensors chosen, and takes its own place in one
/// transaction. Zeros are stored once for all. So counts of references alone decide what comes free, a pruned model is a model like any
/// other to everything that verifies, repairs and optimizes, and an interrupted run leaves the model as it was.
/// </summary>
public sealed class ModelPruner
{
    private readonly IPruningStore _store;

    /// <summary>Prunes models of a store.</summary>
    /// <exception cref="StoreException">The store cannot be pruned (<c>PRUNE_UNSUPPORTED</c>).</exception>
    public ModelPruner(IModelStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store as IPruningStore
            ?? throw new StoreException(PruneErrorCodes.Unsupported, store.DisplayName, "this store keeps neither scores nor access times");
    }

    /// <summary>Finds what a policy chooses of a model, and what that would free. Changes nothing.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The moment that times are held against.</param>
    /// <exception cref="StoreException">
    /// There is no such model; it cannot be written anew (<c>REWRITE_FORMAT</c>); the policy cannot be followed (<c>PRUNE_POLICY</c>); it looks
    /// at a score that no tensor of the model has (<c>SCORE_NOT_FOUND</c>).
    /// </exception>
    public PrunePlan Plan(string name, PrunePolicy policy, DateTime? now = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        policy.Check();
        StoredModel model = _store.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        ModelRewriter.Require(model);
        List<StoredTensor> tensors = [.. _store.ListTensors(model.ModelId)];
        ModelRewriter.RequireNames(model, tensors.Select(tensor => tensor.Info.Name));
        Dictionary<long, double>? scores = policy.Score is { } method ? FindScores(model, tensors, method) : null;
        Dictionary<long, TensorUse> uses = _store.ListUses(model.ModelId).ToDictionary(use => use.TensorAtomId);
        DateTime moment = now ?? DateTime.UtcNow;
        List<(StoredTensor Tensor, string? Kept)> met =
        [
            .. Choose(tensors, policy, scores)
                .Where(tensor => policy.UnusedFor is not { } time || tensor.LastAccessedAtUtc <= moment - time)
                .Select(tensor => (tensor, WhyKept(tensor, uses[tensor.TensorAtomId], policy))),
        ];
        Dictionary<long, PruneEffect> effects = _store
            .MeasurePruning(model.ModelId, [.. met.Where(entry => entry.Kept is null).Select(entry => entry.Tensor.TensorAtomId)])
            .ToDictionary(effect => effect.TensorAtomId);
        return new PrunePlan(
            model,
            policy,
            [
                .. met.Select(entry => new PruneCandidate(
                    entry.Tensor,
                    scores?[entry.Tensor.TensorAtomId],
                    entry.Kept,
                    effects.GetValueOrDefault(entry.Tensor.TensorAtomId)?.Atoms ?? 0,
                    effects.GetValueOrDefault(entry.Tensor.TensorAtomId)?.Bytes ?? 0)),
            ]);
    }

    /// <summary>Does what a plan says: that of it which the policy still chooses and the guards still allow.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="now">The moment that times are held against.</param>
    /// <param name="cancellation">Ends it, with the model as it was.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="StoreException">As of <see cref="Plan"/>, and as of an import: quotas hold while the model is replaced.</exception>
    public PrunePlan Prune(PrunePlan plan, IProgress<OperationProgress>? progress = null, DateTime? now = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        DateTime moment = now ?? DateTime.UtcNow;
        PrunePlan current = Plan(plan.Model.Name, plan.Policy, moment);
        HashSet<(string, ContentHash?)> planned = [.. plan.Chosen.Select(candidate => Key(candidate.Tensor))];
        current = new PrunePlan(
            current.Model,
            current.Policy,
            [.. current.Candidates.Where(candidate => candidate.Kept is not null || planned.Contains(Key(candidate.Tensor)))]);
        if (current.Chosen.Count > 0)
        {
            Replace(current, moment, progress, cancellation);
        }

        return current;
    }

    private static (string, ContentHash?) Key(StoredTensor tensor) => (tensor.Info.Name, tensor.Info.Sha256);

    private static IEnumerable<StoredTensor> Choose(List<StoredTensor> tensors, PrunePolicy policy, Dictionary<long, double>? scores)
    {
        List<StoredTensor> named =
        [
            .. tensors.Where(tensor => tensor.PrunedFrom is null && (policy.Names?.Invoke(tensor.Info.Name) ?? true) &&
                (policy.LayerTypes?.Contains(tensor.Info.LayerType) ?? true) && (scores?.ContainsKey(tensor.TensorAtomId) ?? true)),
        ];
        HashSet<long>? lowest = policy.LowestShare is { } share
            ? [.. named.OrderBy(tensor => scores![tensor.TensorAtomId]).Take((int)(named.Count * share)).Select(tensor => tensor.TensorAtomId)]
            : null;
        return named.Where(tensor => (lowest?.Contains(tensor.TensorAtomId) ?? true) &&
            (policy.Below is not { } limit || scores![tensor.TensorAtomId] < limit));
    }

    private static string? WhyKept(StoredTensor tensor, TensorUse use, PrunePolicy policy)
    {
        if (use.OtherReferences > 0)
        {
            return "another model, tenant or unfinished import refers to its content";
        }

        if (policy.SingleUse && use.TensorsOfModel > 1)
        {
            return $"{use.TensorsOfModel} tensors of the model have its content";
        }

        return ZerosDecodeToZero(tensor.Info.Dtype) ? null : $"zero bytes are not zeros in {tensor.Info.Dtype}";
    }

    /// <summary>Whether bytes of zero are values of zero: not in encodings of bare exponents, and unknown where there is no decoder.</summary>
    private static bool ZerosDecodeToZero(TensorDtype dtype)
    {
        if (!TensorDecoder.CanDecode(dtype))
        {
            return false;
        }

        BlockLayout layout = dtype.Layout();
        float[] values = new float[layout.Elements];
        TensorDecoder.Decode(dtype, new byte[layout.Bytes], values);
        return Array.TrueForAll(values, value => value == 0);
    }

    private Dictionary<long, double> FindScores(StoredModel model, List<StoredTensor> tensors, ScoreMethod method)
    {
        Dictionary<long, ContentHash?> contents = tensors.ToDictionary(tensor => tensor.TensorAtomId, tensor => tensor.Info.Sha256);
        Dictionary<long, double> scores = _store.ListScores(model.ModelId)
            .Where(score => score.Method == method.ToString() && contents.GetValueOrDefault(score.TensorAtomId) == score.Sha256 &&
                score.InvalidCount < score.ValueCount)
            .ToDictionary(score => score.TensorAtomId, score => score.Mean);
        return scores.Count > 0
            ? scores
            : throw new StoreException(ScoreErrorCodes.NotScored, model.Name, $"no tensor of the model has a stored score by {method}; score it first");
    }

    private void Replace(PrunePlan plan, DateTime moment, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        using StoredModelSource source = StoredModelSource.Open(_store, plan.Model.Name);
        List<PrunedTensor> pruned =
        [
            .. _store.ListPruned(plan.Model.ModelId),
            .. plan.Chosen.Select(candidate => new PrunedTensor(
                candidate.Tensor.Info.Name, candidate.Tensor.Info.Sha256!.Value, plan.Policy.Description, moment)),
        ];
        string note = PruneMetadata.Pruned(pruned, isOmitted: false);
        ModelChanges changes = new()
        {
            Changed = plan.Chosen.ToDictionary(
                candidate => candidate.Tensor.Info.Name,
                candidate => new TensorChange(
                    candidate.Tensor.Info.Dtype, new ZeroByteSource(candidate.Tensor.Info.Name, candidate.Tensor.Info.SizeBytes)),
                StringComparer.Ordinal),
            Metadata = new Dictionary<string, string> { [PruneMetadata.PrunedKey] = note },
            Digest = ContentHash.Of(Encoding.UTF8.GetBytes(note)),
        };
        using ModelSource rewritten = ModelRewriter.Rewrite(source, plan.Model, plan.Model.Name, changes);
        ImportOptions options = new() { Name = plan.Model.Name, Replace = true, Pruned = pruned };
        new ModelImporter(_store).Import(rewritten, options, progress, cancellation);
    }
}
