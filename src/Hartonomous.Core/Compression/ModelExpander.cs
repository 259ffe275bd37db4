using System.Diagnostics;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>Puts tensors together from their factors: into a file, or as a stored model. What comes from factors says so.</summary>
/// <param name="store">The store, open for the tenant that owns the model.</param>
public sealed class ModelExpander(IModelStore store)
{
    private const int BufferBytes = 4 << 20;

    /// <summary>Writes tensors to a SafeTensors file; its metadata names them as put together from factors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">Names of tensors; null for all that have factors.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; nothing is left then.</param>
    /// <exception cref="StoreException">
    /// A tensor has no factors (<c>FACTORS_NOT_FOUND</c>), a file is in the way (<c>OUTPUT_EXISTS</c>), or what is stored is damaged.
    /// </exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public ExpandResult Export(
        StoredModel model,
        IReadOnlyCollection<string>? tensors,
        string output,
        bool overwrite = false,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Stopwatch clock = Stopwatch.StartNew();
        IReadOnlyList<StoredFactors> factors = Find(model, tensors);
        Dictionary<long, TensorShape> shapes = store.ListTensors(model.ModelId).ToDictionary(tensor => tensor.TensorAtomId, tensor => tensor.Info.Shape);
        string path = Path.GetFullPath(output);
        if (Directory.Exists(path) || (File.Exists(path) && !overwrite))
        {
            throw new StoreException(
                StoreErrorCodes.OutputExists, path, "there is a file or folder of this name; name another place, or overwrite the file");
        }

        byte[] header = SafeTensorsWriter.WriteHeader(
            factors.Select(tensor => (tensor.Tensor, tensor.Layout.Dtype, shapes[tensor.TensorAtomId])),
            [KeyValuePair.Create(ModelRebuilder.Mark, RebuiltMark.Of(factors).ToJsonString())]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.hart-partial");
        long length;
        try
        {
            using (FileStream stream = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                stream.Write(header);
                Write(factors, stream, progress, cancellation);
                stream.Flush(flushToDisk: true);
                length = stream.Length;
            }

            File.Move(partial, path, overwrite);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        return new ExpandResult(model.Name, path, null, factors, length, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Stores a model that is the same but for tensors put together from their factors. It takes hardly any space beside the first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">Names of tensors; null for all that have factors.</param>
    /// <param name="name">Name of the new model.</param>
    /// <param name="cancellation">Ends it; nothing is stored then.</param>
    /// <exception cref="StoreException">
    /// A tensor has no factors (<c>FACTORS_NOT_FOUND</c>), the files cannot be written anew (<c>REBUILD_FORMAT</c>), or a model of that name is
    /// stored (<c>MODEL_EXISTS</c>).
    /// </exception>
    public ExpandResult Store(StoredModel model, IReadOnlyCollection<string>? tensors, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Stopwatch clock = Stopwatch.StartNew();
        if (store.FindModel(name) is not null)
        {
            throw new StoreException(StoreErrorCodes.ModelExists, name, "a model of this name is stored; give another name");
        }

        IReadOnlyList<StoredFactors> factors = Find(model, tensors);
        long modelId = new ModelRebuilder(store).Rebuild(model, factors.Select(tensor => tensor.TensorAtomId).ToHashSet(), name, cancellation);
        return new ExpandResult(model.Name, null, name, factors, store.ListFiles(modelId).Sum(file => file.SizeBytes), clock.Elapsed.TotalSeconds);
    }

    private List<StoredFactors> Find(StoredModel model, IReadOnlyCollection<string>? names)
    {
        List<StoredFactors> factors = [.. store.Factors.List(model.ModelId).Where(tensor => names is null || names.Contains(tensor.Tensor))];
        string? missing = names?.Except(factors.Select(tensor => tensor.Tensor)).FirstOrDefault();
        return missing is not null || factors.Count == 0
            ? throw new StoreException(
                CompressionErrorCodes.NoFactors, missing is null ? model.Name : $"{model.Name}: {missing}", "it has no factors; compress it first")
            : factors;
    }

    private void Write(IReadOnlyList<StoredFactors> factors, FileStream stream, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        long total = factors.Sum(tensor => tensor.Layout.SizeBytes);
        long done = 0;
        byte[] buffer = new byte[Math.Min(BufferBytes, factors.Max(tensor => tensor.Layout.SizeBytes))];
        foreach (StoredFactors tensor in factors)
        {
            using ByteSource content = store.OpenAtom(tensor.Content);
            for (long offset = 0; offset < content.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = (int)Math.Min(buffer.Length, content.Length - offset);
                content.ReadExactly(offset, buffer.AsSpan(0, count));
                stream.Write(buffer, 0, count);
                offset += count;
                progress?.Report(new OperationProgress(tensor.Tensor, done += count, total));
            }
        }
    }
}
