using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Rewriting;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>Writes a pruned model without its pruned tensors: new headers and counts, which say what is left out.</summary>
internal static class OmittingExporter
{
    private const int BufferBytes = 4 << 20;

    /// <summary>Writes the files.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">The model.</param>
    /// <param name="pruned">Its pruned tensors.</param>
    /// <param name="place">Where a file of the model goes.</param>
    /// <param name="overwrite">Whether files that are there are replaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the export, and leaves nothing behind.</param>
    public static ExportResult Export(
        IModelStore store,
        StoredModel model,
        IReadOnlyList<PrunedTensor> pruned,
        Func<string, string> place,
        bool overwrite,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using StoredModelSource source = StoredModelSource.Open(store, model.Name);
        string note = PruneMetadata.Pruned(pruned, isOmitted: true);
        using ModelSource rewritten = ModelRewriter.Rewrite(source, model, model.Name, new ModelChanges
        {
            Omitted = pruned.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal),
            Metadata = new Dictionary<string, string> { [PruneMetadata.PrunedKey] = note },
            Digest = ContentHash.Of(Encoding.UTF8.GetBytes(note)),
        });
        List<(string Partial, string Final)> written = [];
        List<ExportedFile> files = [];
        long done = 0;
        try
        {
            foreach (ModelFile file in rewritten.Files)
            {
                string path = place(file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                string partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.hart-partial");
                written.Add((partial, path));
                ContentHash hash = Write(
                    file.Bytes, partial, count => progress?.Report(new OperationProgress(model.Name, done += count, rewritten.SizeBytes)), cancellation);
                files.Add(new ExportedFile(path, file.SizeBytes, hash));
            }

            foreach ((string partial, string final) in written)
            {
                File.Move(partial, final, overwrite);
            }
        }
        catch
        {
            foreach ((string partial, _) in written)
            {
                File.Delete(partial);
            }

            throw;
        }

        return new ExportResult(model.Name, files, clock.Elapsed.TotalSeconds)
        {
            PrunedTensors = [.. pruned.Select(tensor => tensor.Name)],
            PrunedAs = PrunedExport.Omit,
        };
    }

    private static ContentHash Write(ByteSource bytes, string path, Action<long> advance, CancellationToken cancellation)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long offset = 0; offset < bytes.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = (int)Math.Min(BufferBytes, bytes.Length - offset);
                bytes.ReadExactly(offset, buffer.AsSpan(0, count));
                stream.Write(buffer, 0, count);
                hash.AppendData(buffer, 0, count);
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
}
