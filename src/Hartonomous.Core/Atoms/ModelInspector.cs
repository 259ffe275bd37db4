using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms;

/// <summary>Computes what a model's headers do not say: the hashes of its tensors.</summary>
public static class ModelInspector
{
    /// <summary>The tensors of a model with their SHA-256, in the order of the model.</summary>
    /// <param name="source">The model.</param>
    /// <param name="tensors">The tensors wanted.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the hashing.</param>
    /// <exception cref="ModelFormatException">A file could not be read to its end.</exception>
    public static IReadOnlyList<TensorInfo> Hash(
        ModelSource source,
        IReadOnlyList<TensorInfo> tensors,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tensors);
        long total = tensors.Sum(tensor => tensor.SizeBytes);
        long done = 0;
        TensorInfo[] hashed = new TensorInfo[tensors.Count];
        ParallelWork.ForEach(Enumerable.Range(0, tensors.Count), HashOne, cancellation);
        return hashed;

        void HashOne(int i)
        {
            using ByteSource content = source.OpenTensor(tensors[i]);
            ContentHash hash = FileDigest.Sha256(
                content,
                count => progress?.Report(new OperationProgress(source.Location.Name, Interlocked.Add(ref done, count), total)),
                cancellation);
            hashed[i] = tensors[i] with { Sha256 = hash };
        }
    }
}
