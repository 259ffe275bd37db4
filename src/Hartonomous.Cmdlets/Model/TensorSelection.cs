using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Commands;

/// <summary>Some tensors of a model file, as a model of their own.</summary>
internal sealed class TensorSelection(IReadOnlyList<HartTensorInfo> wanted)
{
    /// <summary>The model that holds just the tensors, in the order of the file. The source has to outlive it.</summary>
    /// <exception cref="HartException">The model is no longer as it was when the tensors were listed (<c>SELECTION_STALE</c>).</exception>
    public ModelSource Open(ModelSource source, WorkContext context)
    {
        HashSet<TensorInfo> chosen = new(Find(source, context), ReferenceEqualityComparer.Instance);
        return FormatRegistry.Find(source.Location.Format)!
            .SelectTensors(source, [.. source.Metadata.Tensors.Where(chosen.Contains)], ReadLimits.Default);
    }

    /// <summary>The tensors in an opened model, in the order they were given in.</summary>
    /// <exception cref="HartException">The model is no longer as it was when the tensors were listed (<c>SELECTION_STALE</c>).</exception>
    public IReadOnlyList<TensorInfo> Find(ModelSource source, WorkContext context)
    {
        Dictionary<(string, string, long), TensorInfo> known = [];
        foreach (TensorInfo tensor in source.Metadata.Tensors)
        {
            known.TryAdd((tensor.File, tensor.Name, tensor.Offset), tensor);
        }

        List<TensorInfo> chosen = [];
        foreach (HartTensorInfo tensor in wanted)
        {
            context.Token.ThrowIfCancellationRequested();
            if (!known.TryGetValue((tensor.File, tensor.Name, tensor.Offset), out TensorInfo? found) || found.SizeBytes != tensor.SizeBytes)
            {
                throw new HartException(
                    HartErrorCodes.SelectionStale,
                    tensor.ModelPath,
                    $"{HartErrorCodes.SelectionStale}: {tensor.ModelPath}: the tensor {tensor.Name} is no longer where it was.");
            }

            chosen.Add(found);
        }

        return chosen;
    }
}
