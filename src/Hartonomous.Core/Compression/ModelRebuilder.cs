using System.Buffers;
using System.Text.Json.Nodes;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>
/// Stores a model anew with tensors put together from their factors: its files get headers that say so, the tensors take the place of the
/// originals, everything else stays as it is.
/// </summary>
/// <param name="store">The store, open for the tenant that owns the model.</param>
public sealed class ModelRebuilder(IModelStore store)
{
    /// <summary>Key of the mark in the metadata of the files.</summary>
    public const string Mark = "hartonomous.reconstructed";

    private const int HeaderPieceBytes = 1 << 20;

    /// <summary>Refuses a model whose files cannot be written anew.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">The tensors that are to be replaced.</param>
    /// <exception cref="StoreException">
    /// A file is neither SafeTensors nor GGUF, or a tensor does not lie in its file in one run (<c>REBUILD_FORMAT</c>).
    /// </exception>
    public void RequireRewritable(StoredModel model, IReadOnlyList<StoredTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensors);
        HashSet<string> paths = [.. tensors.Select(tensor => tensor.Info.File)];
        List<TensorInfo> all = [.. store.ListTensors(model.ModelId).Select(tensor => tensor.Info)];
        foreach (StoredFile file in store.ListFiles(model.ModelId).Where(file => paths.Contains(file.Path)))
        {
            ReadHeader(model, file, [.. all.Where(tensor => tensor.File == file.Path)]);
        }
    }

    /// <summary>Stores the model with some of its tensors put together from their factors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensorAtomIds">Those tensors; they have factors.</param>
    /// <param name="name">Name of the new model; null to take the place of <paramref name="model"/>.</param>
    /// <param name="cancellation">Ends it; nothing is stored then.</param>
    /// <returns>Key of the new model.</returns>
    /// <exception cref="StoreException">
    /// As of <see cref="RequireRewritable"/>; a tensor has no factors (<c>FACTORS_NOT_FOUND</c>); as of <see cref="IFactorStore.Record"/>.
    /// </exception>
    public long Rebuild(StoredModel model, IReadOnlySet<long> tensorAtomIds, string? name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensorAtomIds);
        Dictionary<long, StoredFactors> factors = store.Factors.List(model.ModelId).ToDictionary(factors => factors.TensorAtomId);
        StoredTensor[] tensors = [.. store.ListTensors(model.ModelId)];
        TensorInfo[] infos = [.. tensors.Select(tensor => tensor.Info)];
        Dictionary<int, StoredFactors> kept = [];
        for (int i = 0; i < tensors.Length; i++)
        {
            bool isWanted = tensorAtomIds.Contains(tensors[i].TensorAtomId);
            if (!factors.TryGetValue(tensors[i].TensorAtomId, out StoredFactors? own))
            {
                if (isWanted)
                {
                    throw new StoreException(CompressionErrorCodes.NoFactors, infos[i].Name, "the tensor has no factors; compress it first");
                }

                continue;
            }

            if (isWanted || own.IsDropped)
            {
                kept.Add(i, own with { IsDropped = true });
                infos[i] = infos[i] with { Dtype = own.Layout.Dtype, SizeBytes = own.Layout.SizeBytes, Sha256 = own.Content, ByteOrder = ByteOrder.Little };
            }
            else if (name is null)
            {
                kept.Add(i, own);
            }
        }

        HashSet<string> touched = [.. kept.Where(entry => entry.Value.IsDropped).Select(entry => infos[entry.Key].File)];
        Dictionary<ContentHash, byte[]> headers = [];
        List<IngestedFile> files = [];
        foreach (StoredFile file in store.ListFiles(model.ModelId))
        {
            files.Add(touched.Contains(file.Path)
                ? Rewrite(model, file, infos, kept, headers, cancellation)
                : new IngestedFile(file.Path, file.SizeBytes, file.Sha256, default, null));
        }

        ModelMetadata metadata = new()
        {
            Format = model.Format,
            Variant = model.Variant,
            Architecture = model.Architecture,
            Metadata = new Dictionary<string, MetadataValue>(),
            Tensors = infos,
        };
        JsonObject marked = JsonNode.Parse(model.MetadataJson)!.AsObject();
        marked[Mark] = RebuiltMark.Of(kept.Values.Where(entry => entry.IsDropped));
        IngestedModel rebuilt = new(
            name ?? model.Name, metadata, marked.ToJsonString(), model.IsFolder, model.SourcePath, files, name is null ? model.ModelId : null);
        return store.Factors.Record(rebuilt, headers, kept);
    }

    private IngestedFile Rewrite(
        StoredModel model,
        StoredFile file,
        TensorInfo[] infos,
        Dictionary<int, StoredFactors> kept,
        Dictionary<ContentHash, byte[]> headers,
        CancellationToken cancellation)
    {
        int[] numbers = [.. Enumerable.Range(0, infos.Length).Where(number => infos[number].File == file.Path).OrderBy(number => infos[number].Offset)];
        IHeaderRewriter rewriter = ReadHeader(model, file, [.. numbers.Select(number => infos[number])]);
        byte[] header = rewriter.Write(
            [.. numbers.Select(number => infos[number])],
            [.. numbers.Where(number => kept.TryGetValue(number, out StoredFactors? own) && own.IsDropped).Select(number => kept[number])],
            out long[] offsets);
        List<RecipeSegment> segments = [];
        List<ByteSource> parts = [];
        try
        {
            for (int begin = 0; begin < header.Length; begin += HeaderPieceBytes)
            {
                byte[] piece = header.AsSpan(begin, Math.Min(HeaderPieceBytes, header.Length - begin)).ToArray();
                ContentHash hash = ContentHash.Of(piece);
                headers[hash] = piece;
                segments.Add(new RecipeSegment { FileOffset = begin, Length = piece.Length, Atom = hash });
                parts.Add(new MemoryByteSource(file.Path, piece));
            }

            long end = header.Length;
            for (int i = 0; i < numbers.Length; i++)
            {
                TensorInfo tensor = infos[numbers[i]];
                AddZeros(segments, parts, file.Path, end, offsets[i]);
                if (tensor.SizeBytes > 0)
                {
                    segments.Add(new RecipeSegment { FileOffset = offsets[i], Length = tensor.SizeBytes, Atom = tensor.Sha256 });
                    parts.Add(store.OpenAtom(tensor.Sha256!.Value));
                }

                end = offsets[i] + tensor.SizeBytes;
                infos[numbers[i]] = tensor with { Offset = offsets[i] };
            }

            AddZeros(segments, parts, file.Path, end, offsets[^1]);
            using ConcatenatedByteSource content = new(file.Path, parts);
            return new IngestedFile(
                file.Path, content.Length, FileDigest.Sha256(content, null, cancellation), FileDigest.Fingerprint(content), segments);
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    private static void AddZeros(List<RecipeSegment> segments, List<ByteSource> parts, string path, long from, long to)
    {
        if (to > from)
        {
            byte[] zeros = new byte[to - from];
            segments.Add(new RecipeSegment { FileOffset = from, Length = zeros.Length, Literal = zeros });
            parts.Add(new MemoryByteSource(path, zeros));
        }
    }

    private IHeaderRewriter ReadHeader(StoredModel model, StoredFile file, TensorInfo[] tensors)
    {
        string? problem = tensors.Any(tensor => tensor.SizeBytes > 0 && (!tensor.IsContiguous || tensor.ByteOrder != ByteOrder.Little))
            ? "has tensors that do not lie in it in one run"
            : null;
        if (problem is null)
        {
            long first = tensors.Where(tensor => tensor.SizeBytes > 0).Select(tensor => tensor.Offset).DefaultIfEmpty(file.SizeBytes).Min();
            byte[] header = Read(file, (int)Math.Min(first, int.MaxValue));
            IHeaderRewriter? rewriter = model.Format switch
            {
                ModelFormat.SafeTensors => SafeTensorsHeaderRewriter.Read(header),
                ModelFormat.Gguf => GgufHeaderRewriter.Read(header),
                _ => null,
            };
            if (rewriter is not null && rewriter.TensorNames.SetEquals(tensors.Select(tensor => tensor.Name)))
            {
                return rewriter;
            }

            problem = rewriter is null ? "is no SafeTensors or little-endian GGUF file" : "holds tensors that the store does not know";
        }

        throw new StoreException(CompressionErrorCodes.Format, $"{model.Name}: {file.Path}", $"the file {problem}, so that it cannot be written anew");
    }

    private byte[] Read(StoredFile file, int length)
    {
        byte[] header = new byte[length];
        int filled = 0;
        foreach ((byte[] buffer, int count) in new RecipeReader(store).Read(file.Sha256))
        {
            int taken = Math.Min(count, length - filled);
            buffer.AsSpan(0, taken).CopyTo(header.AsSpan(filled));
            filled += taken;
            ArrayPool<byte>.Shared.Return(buffer);
            if (filled == length)
            {
                break;
            }
        }

        return header;
    }
}
