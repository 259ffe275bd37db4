using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>
/// Writes some tensors of a stored model to a model file of their own, or a model in shards. These are new files, never the ones that were
/// imported; <see cref="ModelExporter"/> gives those back. Each file is read back and every tensor in it held against its hash before any file
/// gets its name: an export that fails leaves nothing behind.
/// </summary>
public sealed class PartExporter(IModelStore store)
{
    private const int BufferBytes = 4 << 20;

    /// <inheritdoc cref="ModelExporter.AllowsReconstructed"/>
    public bool AllowsReconstructed { get; init; }

    /// <summary>Exports parts of a model.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="output">
    /// Without shards, the file to write, or a folder that is there, to write it into as <c>NAME-selection</c>. With shards, the folder to
    /// write them into.
    /// </param>
    /// <param name="options">What is written.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the export.</param>
    /// <exception cref="StoreException">
    /// There is no such model, or no such tensor in it (<c>TENSOR_NOT_FOUND</c>); the tensors cannot be written in this form
    /// (<c>EXPORT_UNSUPPORTED</c>); a file is in the way (<c>OUTPUT_EXISTS</c>); what is stored is damaged (<c>STORE_CORRUPT</c>); as
    /// of <see cref="ModelExporter.Export"/> for tensors that come from factors (<c>EXPORT_RECONSTRUCTED</c>).
    /// </exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public ExportResult Export(
        string name,
        string output,
        PartExportOptions options,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Stopwatch clock = Stopwatch.StartNew();
        using StoredModelSource source = StoredModelSource.Open(store, name);
        List<TensorInfo> tensors = [.. source.Metadata.Tensors.Where(tensor => options.Selects?.Invoke(tensor.Name) ?? true)];
        HashSet<string> pruned = PrunedModel.Names(store, source, tensors, options.Pruned);
        if (options.Pruned == PrunedExport.Omit)
        {
            tensors.RemoveAll(tensor => pruned.Contains(tensor.Name));
        }

        if (tensors.Count == 0)
        {
            throw new StoreException(StoreErrorCodes.TensorNotFound, name, "no tensor of the model has a name that is asked for");
        }

        IReadOnlyList<string> reconstructed = store.FindModel(name) is { } model
            ? ReconstructedTensors.Find(store, model, options.Selects, AllowsReconstructed)
            : [];
        List<PartFile> parts = new PartLayout(source, tensors, options, cancellation).Files();
        List<PartFile> files = [.. parts, .. Companions(source, parts, options)];
        List<string> paths = Place(files, output, options);
        if (!options.Overwrite && paths.Find(Path.Exists) is { } taken)
        {
            throw new StoreException(StoreErrorCodes.OutputExists, taken, "there is a file of this name; name another place, or overwrite it");
        }

        PrunedModel.NoteAccess(store, tensors);
        long total = files.Sum(file => file.Bytes.Length);
        long done = 0;
        using PendingFiles pending = new();
        List<ExportedFile> exported = [];
        for (int i = 0; i < files.Count; i++)
        {
            string partial = pending.Add(paths[i]);
            ContentHash hash = Write(files[i], partial, count => progress?.Report(new OperationProgress(name, done += count, total)), cancellation);
            CheckTensors(files[i], partial, cancellation);
            exported.Add(new ExportedFile(paths[i], files[i].Bytes.Length, hash));
        }

        pending.Commit(options.Overwrite);
        return new ExportResult(source.Location.Name, exported, clock.Elapsed.TotalSeconds)
        {
            PrunedTensors = [.. pruned],
            PrunedAs = pruned.Count > 0 ? options.Pruned : PrunedExport.Refuse,
            Reconstructed = reconstructed,
        };
    }

    /// <summary>The index of shards, and the files of a folder that hold no weights: configuration, tokenizer.</summary>
    private static IEnumerable<PartFile> Companions(StoredModelSource source, List<PartFile> parts, PartExportOptions options)
    {
        if (options.ShardBytes is null)
        {
            yield break;
        }

        if (PartLayout.Index(parts) is { } index)
        {
            yield return new PartFile(index.Name, new MemoryByteSource(index.Name, index.Content), []);
        }

        // Its index lists the shards that the model came in; the new ones have their own.
        foreach (string path in source.Location.OtherFiles
            .Where(path => source.Location.IsFolder && FormatRegistry.FindByIndex(Path.GetFileName(path)) is null))
        {
            yield return new PartFile(path, source.File(path).Bytes, []);
        }
    }

    private static List<string> Place(List<PartFile> files, string output, PartExportOptions options)
    {
        string root = Path.GetFullPath(output);
        if (options.ShardBytes is null)
        {
            return [Directory.Exists(root) ? Path.Combine(root, files[0].Name) : root];
        }

        return File.Exists(root)
            ? throw new StoreException(StoreErrorCodes.OutputExists, root, "shards are written into a folder, this is a file")
            : [.. files.Select(file => ModelExporter.Inside(root, file.Name))];
    }

    private static ContentHash Write(PartFile file, string path, Action<long> advance, CancellationToken cancellation)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long offset = 0; offset < file.Bytes.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = (int)Math.Min(BufferBytes, file.Bytes.Length - offset);
                file.Bytes.ReadExactly(offset, buffer.AsSpan(0, count));
                Task hashing = Task.Run(() => hash.AppendData(buffer, 0, count), CancellationToken.None);
                stream.Write(buffer, 0, count);
                hashing.Wait(CancellationToken.None);
                offset += count;
                advance(count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        stream.Flush(flushToDisk: true);
        return new ContentHash(hash.GetHashAndReset());
    }

    /// <summary>Reads a written file with the reader of its format and holds what is in it against what was to be.</summary>
    private static void CheckTensors(PartFile file, string path, CancellationToken cancellation)
    {
        if (file.Tensors.Count == 0)
        {
            return;
        }

        using FileByteSource written = FileByteSource.Open(path);
        Dictionary<string, ByteSource> found = file.Name.EndsWith(".gguf", StringComparison.Ordinal)
            ? ReadGguf(written, cancellation)
            : SafeTensorsHeaderReader.Read(written, file.Name, ReadLimits.Default).Tensors.ToDictionary(
                tensor => tensor.Name, tensor => written.Slice(tensor.Offset, tensor.SizeBytes), StringComparer.Ordinal);
        if (found.Count != file.Tensors.Count)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, file.Name, $"{found.Count} tensors were written, {file.Tensors.Count} were to be");
        }

        ParallelWork.ForEach(
            file.Tensors,
            tensor =>
            {
                ContentHash actual = FileDigest.Sha256(found[tensor.Name], null, cancellation);
                if (actual != tensor.Sha256)
                {
                    throw new StoreException(
                        StoreErrorCodes.StoreCorrupt, tensor.Name, $"{actual} is the SHA-256 of what was written, {tensor.Sha256} that of the tensor");
                }
            },
            cancellation);
    }

    private static Dictionary<string, ByteSource> ReadGguf(ByteSource written, CancellationToken cancellation)
    {
        GgufHeader header = GgufHeaderReader.Read(written, ReadLimits.Default, cancellation);
        return header.Tensors.ToDictionary(entry => entry.Name, Content, StringComparer.Ordinal);

        ByteSource Content(GgufTensorEntry entry)
        {
            ByteSource stored = written.Slice(header.DataStart + entry.Offset, entry.SizeBytes);
            BlockLayout layout = entry.Dtype.Layout();
            return header.Order == ByteOrder.Little || layout.IsByteOrderFree ? stored : new ByteOrderByteSource(stored, layout);
        }
    }
}
