using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>
/// Gives models back, bit for bit. Files are written under other names beside their place and take their own only when all of them are
/// whole and have their SHA-256: an export that fails leaves nothing behind.
/// </summary>
public sealed class ModelExporter(IModelStore store)
{
    /// <summary>Runs of bytes that wait between two of the stages: reading them from the store, hashing and writing them.</summary>
    private const int Depth = 4;

    /// <summary>What becomes of pruned tensors; without a choice, a pruned model is refused: its files are not those that were imported.</summary>
    public PrunedExport Pruned { get; init; }

    /// <summary>
    /// Whether models are exported that have tensors put together from factors; their files say so, and are not those that were imported.
    /// </summary>
    public bool AllowsReconstructed { get; init; }

    /// <summary>Exports a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="output">
    /// For a model of one file, the file to write, or a folder that is there, to write it into under its own name. For any other, the folder
    /// to write its files into.
    /// </param>
    /// <param name="overwrite">Whether files that are there are replaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the export.</param>
    /// <exception cref="StoreException">
    /// There is no such model; it is pruned, and <see cref="Pruned"/> does not say what to write (<c>EXPORT_PRUNED</c>); it has tensors put
    /// together from factors, and that is not allowed (<c>EXPORT_RECONSTRUCTED</c>); a file is in the way (<c>OUTPUT_EXISTS</c>); what is
    /// stored is damaged (<c>STORE_CORRUPT</c>).
    /// </exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public ExportResult Export(
        string name,
        string output,
        bool overwrite = false,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        StoredModel model = store.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        IReadOnlyList<string> reconstructed = ReconstructedTensors.Find(store, model, null, AllowsReconstructed);
        IReadOnlyList<StoredFile> files = store.ListFiles(model.ModelId);
        if (files.Sum(file => file.SizeBytes) is long size && size != model.SizeBytes)
        {
            throw store.FindModel(name)?.ModelId != model.ModelId
                ? new StoreException(StoreErrorCodes.ContentRemoved, name, "the model was removed while it was exported")
                : new StoreException(StoreErrorCodes.StoreCorrupt, name, $"its files have {size} bytes, {model.SizeBytes} were imported");
        }

        List<(StoredFile File, string Path)> targets = Place(model, files, output);
        if (!overwrite && targets.FirstOrDefault(target => Path.Exists(target.Path)).Path is { } taken)
        {
            throw new StoreException(StoreErrorCodes.OutputExists, taken, "there is a file of this name; name another place, or overwrite it");
        }

        IReadOnlyList<PrunedTensor> pruned = ListPruned(model);
        PrunedModel.NoteAccess(store, store.ListTensors(model.ModelId).Select(tensor => tensor.Info));
        if (pruned.Count > 0 && Pruned == PrunedExport.Omit)
        {
            return OmittingExporter.Export(
                store, model, pruned, path => targets.Find(target => target.File.Path == path).Path, overwrite, progress, cancellation);
        }

        Stopwatch clock = Stopwatch.StartNew();
        long done = 0;
        List<(string Partial, string Final)> written = [];
        try
        {
            foreach ((StoredFile file, string path) in targets)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                string partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.hart-partial");
                written.Add((partial, path));
                Write(file, partial, count => progress?.Report(new OperationProgress(name, done += count, model.SizeBytes)), cancellation);
            }

            foreach ((string partial, string final) in written)
            {
                File.Move(partial, final, overwrite);
            }
        }
        catch (Exception error)
        {
            foreach ((string partial, _) in written)
            {
                File.Delete(partial);
            }

            if (error is StoreException && store.FindModel(name)?.ModelId != model.ModelId)
            {
                throw new StoreException(StoreErrorCodes.ContentRemoved, name, "the model was removed while it was exported", error);
            }

            throw;
        }

        return new ExportResult(
            model.Name, [.. targets.Select(target => new ExportedFile(target.Path, target.File.SizeBytes, target.File.Sha256))], clock.Elapsed.TotalSeconds)
        {
            PrunedTensors = [.. pruned.Select(tensor => tensor.Name)],
            PrunedAs = pruned.Count > 0 ? Pruned : PrunedExport.Refuse,
            Reconstructed = reconstructed,
        };
    }

    private static List<(StoredFile File, string Path)> Place(StoredModel model, IReadOnlyList<StoredFile> files, string output)
    {
        string root = Path.GetFullPath(output);
        if (!model.IsFolder && files.Count == 1)
        {
            return [(files[0], Directory.Exists(root) ? Inside(root, files[0].Path) : root)];
        }

        return File.Exists(root)
            ? throw new StoreException(StoreErrorCodes.OutputExists, root, $"the model has {files.Count} files: a folder is expected, this is a file")
            : [.. files.Select(file => (file, Inside(root, file.Path)))];
    }

    /// <summary>The full path of a stored path, which may not leave the folder whoever wrote it into the store.</summary>
    internal static string Inside(string folder, string relative)
    {
        string path = Path.GetFullPath(Path.Combine(folder, relative));
        return path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new StoreException(StoreErrorCodes.OutputPath, relative, $"the path leads out of {folder}");
    }

    private IReadOnlyList<PrunedTensor> ListPruned(StoredModel model)
    {
        IReadOnlyList<PrunedTensor> pruned = (store as IPruningStore)?.ListPruned(model.ModelId) ?? [];
        return pruned.Count == 0 || Pruned != PrunedExport.Refuse ? pruned : throw PrunedModel.Refusal(model.Name, pruned.Count, model.Tensors);
    }

    private void Write(StoredFile file, string path, Action<long> advance, CancellationToken cancellation)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);

        // Megabytes of zeros become holes where the file system has holes.
        using SequentialWriter writer = new(handle, leavesHoles: true);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using StageRunner<(byte[] Buffer, int Length)> reading = new(new RecipeReader(store).Read(file.Sha256), Depth, cancellation);
        using StageRunner<(byte[] Buffer, int Length)> hashing = new(reading.Items().Select(Hash), Depth, cancellation);
        foreach ((byte[] buffer, int length) in hashing.Items())
        {
            writer.Write(buffer.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(buffer);
            advance(length);
        }

        writer.Complete();
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        hash.GetHashAndReset(digest);
        if (writer.Position != file.SizeBytes || new ContentHash(digest) != file.Sha256)
        {
            throw new StoreException(
                StoreErrorCodes.StoreCorrupt,
                file.Path,
                $"{writer.Position} bytes with the SHA-256 {new ContentHash(digest)} come out of the store, {file.SizeBytes} with {file.Sha256} went in");
        }

        (byte[] Buffer, int Length) Hash((byte[] Buffer, int Length) run)
        {
            hash.AppendData(run.Buffer, 0, run.Length);
            return run;
        }
    }
}
