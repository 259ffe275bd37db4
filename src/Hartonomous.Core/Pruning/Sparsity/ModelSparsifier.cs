using System.Text;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Rewriting;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>
/// Makes sparse models of stored ones: weights of the lowest scores become zero. The masked tensors are written to temporary files, which need
/// as much space as they have; what is not masked is stored once for both models.
/// </summary>
public sealed class ModelSparsifier(IModelStore store)
{
    private static readonly LayerType[] NotMatrices =
    [
        LayerType.Embedding, LayerType.PositionEmbedding, LayerType.Normalization, LayerType.OutputHead, LayerType.QuantizationParameter,
        LayerType.OptimizerState, LayerType.TimeEmbedding, LayerType.Pooling,
    ];

    /// <summary>Makes a sparse model.</summary>
    /// <param name="name">The stored model, which stays as it is.</param>
    /// <param name="inputs">The score, with its data.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">
    /// There is no such model; no tensor is chosen (<c>TENSOR_NOT_FOUND</c>); one's encoding cannot hold masked values (<c>SPARSE_DTYPE</c>);
    /// the model cannot be written anew (<c>REWRITE_FORMAT</c>, <c>REWRITE_DTYPE</c>); the data do not fit; and as of an import.
    /// </exception>
    public SparseResult Make(
        string name,
        ScoreInputs inputs,
        SparseOptions options,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        StoredModel model = store.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        ModelRewriter.Require(model);
        using StoredModelSource source = StoredModelSource.Open(store, name);
        ModelTensors content = ModelTensors.Of(store, model, isUse: false);
        ModelRewriter.RequireNames(model, content.Tensors.Select(tensor => tensor.Name));
        List<(TensorInfo Tensor, TensorDtype Dtype)> chosen = Choose(content, inputs, options);
        Dictionary<string, TensorChange> changes = new(StringComparer.Ordinal);
        try
        {
            List<SparseTensor> tensors = [];
            long done = 0;
            long total = chosen.Sum(entry => entry.Tensor.SizeBytes) * Passes(options);
            foreach ((TensorInfo tensor, TensorDtype dtype) in chosen)
            {
                TensorMask mask = new(content, tensor, inputs, options.Pattern, options.ByRow ?? inputs.Method.ComparesByRow(), cancellation);
                SpooledByteSource masked = mask.Write(
                    dtype, bytes => progress?.Report(new OperationProgress(tensor.Name, Math.Min(done += bytes, total), total)));
                changes.Add(tensor.Name, new TensorChange(dtype, masked));
                tensors.Add(new SparseTensor(tensor.Name, tensor.Dtype, dtype, tensor.Shape.ElementCount, mask.Masked, mask.Zeros));
            }

            return new SparseResult(model.Name, Store(source, model, inputs, options, changes, progress, cancellation), tensors);
        }
        finally
        {
            foreach (TensorChange change in changes.Values)
            {
                change.Content.Dispose();
            }
        }
    }

    private static int Passes(SparseOptions options) => options.Pattern.Kind switch
    {
        SparsityKind.Grouped => 1,
        SparsityKind.Rows => 2,
        _ => 3,
    };

    private static bool IsMatrix(TensorInfo tensor) => tensor.Shape.Rank >= 2 && tensor.Shape.ElementCount > 0 && !NotMatrices.Contains(tensor.LayerType);

    private static List<(TensorInfo Tensor, TensorDtype Dtype)> Choose(ModelTensors content, ScoreInputs inputs, SparseOptions options)
    {
        bool isDefault = options.Names is null && options.LayerTypes is null;
        List<TensorInfo> named =
        [
            .. content.Tensors.Where(tensor => tensor.Shape.Rank >= 2 && tensor.Shape.ElementCount > 0 && (!isDefault || IsMatrix(tensor)) &&
                (options.Names?.Invoke(tensor.Name) ?? true) && (options.LayerTypes?.Contains(tensor.LayerType) ?? true)),
        ];
        if (isDefault)
        {
            // Without a choice, those that the data speak of: gradients and importance matrices need not have all.
            named.RemoveAll(tensor => !inputs.Has(tensor));
        }

        return named.Count > 0
            ? [.. named.Select(tensor => (tensor, DtypeFor(tensor, options)))]
            : throw new StoreException(StoreErrorCodes.TensorNotFound, content.DisplayName, "no matrix of the model is chosen");
    }

    private static TensorDtype DtypeFor(TensorInfo tensor, SparseOptions options)
    {
        if (TensorMask.IsInPlace(tensor.Dtype))
        {
            return tensor.Dtype;
        }

        if (options.Reencode is not { } dtype)
        {
            throw new StoreException(
                PruneErrorCodes.SparseDtype, tensor.Name, $"values of {tensor.Dtype} cannot be made zero one by one; name an encoding to write them as");
        }

        return TensorEncoder.CanEncode(dtype)
            ? dtype
            : throw new StoreException(PruneErrorCodes.SparseDtype, tensor.Name, $"values cannot be written as {dtype}");
    }

    private ImportResult Store(
        StoredModelSource source,
        StoredModel model,
        ScoreInputs inputs,
        SparseOptions options,
        Dictionary<string, TensorChange> changed,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellation)
    {
        StringBuilder identity = new();
        identity.Append(options.Pattern).Append('\n').Append(inputs.Method).Append(options.ByRow).Append('\n').Append(inputs.Description);
        foreach (TensorInfo tensor in source.Metadata.Tensors)
        {
            identity.Append('\n').Append(tensor.Name).Append(' ').Append(tensor.Sha256);
        }

        ModelChanges changes = new()
        {
            Changed = changed,
            Metadata = new Dictionary<string, string>
            {
                [PruneMetadata.SparseKey] = PruneMetadata.Sparse(options.Pattern.ToString(), inputs.Method.ToString(), changed.Keys),
            },
            Digest = ContentHash.Of(Encoding.UTF8.GetBytes(identity.ToString())),
        };
        using ModelSource rewritten = ModelRewriter.Rewrite(source, model, options.Name, changes);
        IReadOnlyList<PrunedTensor> pruned = store is IPruningStore pruning
            ? [.. pruning.ListPruned(model.ModelId).Where(tensor => !changed.ContainsKey(tensor.Name))]
            : [];
        ImportOptions import = new() { Name = options.Name, Replace = options.Replace, Pruned = pruned };
        return new ModelImporter(store).Import(rewritten, import, progress, cancellation);
    }
}
