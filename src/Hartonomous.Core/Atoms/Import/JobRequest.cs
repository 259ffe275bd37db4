using System.Text;
using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>What a store is told of an import.</summary>
internal static class JobRequest
{
    private const int MaxNamed = 3;

    /// <summary>The request of an import.</summary>
    public static IngestRequest Of(string name, ModelSource source, ImportOptions options)
    {
        ModelSource origin = options.SelectedFrom ?? source;
        IReadOnlyList<TensorInfo> tensors = source.Metadata.Tensors;
        return new IngestRequest(
            name, origin.Location.DisplayPath, Fingerprint(origin, tensors, options.InPlace), options.BlockBytes, tensors.Count, source.SizeBytes)
        {
            Granularity = options.Granularity,
            IsReplacing = options.Replace,
            IsInPlace = options.InPlace,
            Files = [.. origin.Files.Select(file => new JobSourceFile(origin.Location.FullPath(file.Path), file.SizeBytes, file.Bytes.LastWriteTimeUtc))],
            Selection = options.SelectedFrom is null ? null : [.. source.Metadata.Tensors.Select(tensor => tensor.Name)],
            JobId = options.JobId,
        };
    }

    /// <summary>Says which tensors a granularity does not suit; they are cut into blocks.</summary>
    public static IEnumerable<string> GranularityWarnings(IReadOnlyList<TensorInfo> tensors, Granularity granularity)
    {
        List<TensorInfo> coarse = [.. tensors.Where(tensor => BlockCutter.IsTooFine(tensor, granularity))];
        if (coarse.Count > 0)
        {
            string names = string.Join(", ", coarse.Take(MaxNamed).Select(tensor => ErrorText.Quote(tensor.Name)));
            string more = coarse.Count > MaxNamed ? $" and {coarse.Count - MaxNamed} more" : string.Empty;
            yield return $"{coarse.Count} tensors have more than {BlockCutter.MostPieces:N0} {granularity.ToString().ToLowerInvariant()}s "
                + $"and are cut into blocks instead: {names}{more}";
        }
    }

    /// <summary>What identifies the source to a later run without reading it: paths, lengths, times, and the tensors wanted.</summary>
    private static ContentHash Fingerprint(ModelSource origin, IReadOnlyList<TensorInfo> tensors, bool inPlace)
    {
        StringBuilder text = new();
        foreach (ModelFile file in origin.Files)
        {
            text.Append(file.Path).Append('\0').Append(file.SizeBytes).Append('\0')
                .Append(file.Bytes.LastWriteTimeUtc.Ticks).Append('\n');
        }

        foreach (TensorInfo tensor in tensors)
        {
            text.Append(tensor.Name).Append('\0').Append(tensor.Offset).Append('\n');
        }

        // A job that copies and one that refers to places do not go on from each other's checkpoints.
        text.Append(inPlace ? "in place" : string.Empty);
        return ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
