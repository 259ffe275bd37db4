using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Rewriting;

/// <summary>
/// A stored model with some tensors changed or left out, as a model that can be imported or written: new headers, which say what was done, and
/// all else as it lies in the store. Nothing is copied. GGUF and SafeTensors; in other containers checksums and compression bind the
/// tensors to the rest of the file.
/// </summary>
internal static class ModelRewriter
{
    /// <summary>Whether models of a format can be written anew.</summary>
    public static bool CanRewrite(ModelFormat format) => format is ModelFormat.Gguf or ModelFormat.SafeTensors;

    /// <summary>Fails where models of a format cannot be written anew.</summary>
    /// <exception cref="StoreException">They cannot (<c>REWRITE_FORMAT</c>).</exception>
    public static void Require(StoredModel model)
    {
        if (!CanRewrite(model.Format))
        {
            throw new StoreException(
                RewriteErrorCodes.Format,
                model.Name,
                $"only GGUF and SafeTensors models can be pruned or made sparse, this is a {model.Format} model; "
                    + "export its tensors as SafeTensors and import that file");
        }
    }

    /// <summary>Fails where tensors of one name lie in several files, as in pipelines of several parts: names do not tell them apart.</summary>
    /// <exception cref="StoreException">They do (<c>REWRITE_FORMAT</c>).</exception>
    public static void RequireNames(StoredModel model, IEnumerable<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        if (names.FirstOrDefault(name => !seen.Add(name)) is { } twice)
        {
            throw new StoreException(RewriteErrorCodes.Format, model.Name, $"several of its tensors have the name {ErrorText.Quote(twice)}");
        }
    }

    /// <summary>Makes the model.</summary>
    /// <param name="source">The stored model, which has to outlive the result; its files stay its own.</param>
    /// <param name="model">The same as the store lists it.</param>
    /// <param name="name">Name of the result.</param>
    /// <param name="changes">What changes.</param>
    /// <exception cref="StoreException">
    /// The format is another (<c>REWRITE_FORMAT</c>), or has no such encoding (<c>REWRITE_DTYPE</c>).
    /// </exception>
    public static ModelSource Rewrite(ModelSource source, StoredModel model, string name, ModelChanges changes)
    {
        Require(model);
        RequireNames(model, source.Metadata.Tensors.Select(tensor => tensor.Name));
        CheckRows(source, changes);
        HashSet<string> touched =
        [
            source.Location.WeightFiles[0],
            .. source.Metadata.Tensors
                .Where(tensor => changes.Changed.ContainsKey(tensor.Name) || changes.Omitted.Contains(tensor.Name)).Select(tensor => tensor.File),
        ];
        bool isGguf = model.Format == ModelFormat.Gguf;

        // Every file of a split GGUF model counts the tensors of all.
        bool isAll = isGguf && changes.Omitted.Count > 0;
        List<ModelFile> weights =
        [
            .. source.Location.WeightFiles.Select(path => new ModelFile(path, isAll || touched.Contains(path)
                ? isGguf ? GgufRewriter.Write(source, path, changes) : SafeTensorsRewriter.Write(source, path, changes)
                : Borrow(source.File(path).Bytes))),
        ];
        List<ModelFile> others =
        [
            .. source.Location.OtherFiles.Select(path => new ModelFile(path, Borrow(SafeTensorsRewriter.WriteCompanion(source.File(path), source, changes)))),
        ];

        // The folder names the changes, so that no unfinished job of other changes is taken up.
        ModelLocation location = source.Location with { Name = name, Folder = $"{model.SourcePath} #{changes.Digest.ToString()[..16]}" };
        ModelSource opened = isGguf
            ? GgufFormat.Open(location, [.. weights, .. others], ReadLimits.Default, CancellationToken.None)
            : new ModelSource(location, SafeTensorsRewriter.Describe(source, weights), [.. weights, .. others]);
        Dictionary<string, TensorInfo> known = source.Metadata.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        opened.Metadata = opened.Metadata with
        {
            Variant = model.Variant,
            Architecture = model.Architecture,
            Warnings = [],
            Tensors = [.. opened.Metadata.Tensors.Select(tensor => tensor with { Component = known[tensor.Name].Component })],
        };
        return opened;
    }

    /// <summary>A view that leaves the source open when the new model is closed.</summary>
    private static ByteSource Borrow(ByteSource bytes) => bytes.Slice(0, bytes.Length);

    private static void CheckRows(ModelSource source, ModelChanges changes)
    {
        foreach (TensorInfo tensor in source.Metadata.Tensors)
        {
            if (changes.Changed.TryGetValue(tensor.Name, out TensorChange? change) && tensor.Shape.RowLength % change.Dtype.Layout().Elements != 0)
            {
                throw new StoreException(
                    RewriteErrorCodes.Dtype,
                    tensor.Name,
                    $"its rows of {tensor.Shape.RowLength} values do not fill blocks of {change.Dtype.Layout().Elements}, which {change.Dtype} has");
            }
        }
    }
}
