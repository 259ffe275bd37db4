using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Commands;

/// <summary>Lists the tensors of model files, in the order of the files. Reads headers only, unless hashes are asked for.</summary>
[Cmdlet(VerbsCommon.Get, "HartTensorInfo", DefaultParameterSetName = PathSet)]
[OutputType(typeof(HartTensorInfo))]
public sealed class GetHartTensorInfoCommand : ModelPathCmdlet
{
    /// <summary>Tensors are hashed, and written, in groups of at least so many bytes.</summary>
    private const long HashGroupBytes = 256L << 20;

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 1, ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Whether the content is read and its SHA-256 computed.</summary>
    [Parameter]
    public SwitchParameter Hash { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    private protected override string Activity => Hash ? "Hashing tensors" : "Reading tensors";

    private protected override void Process(ModelSource source, WorkContext context)
    {
        NameSelection selection = new(Name, [.. source.Metadata.Tensors.Select(tensor => tensor.Name)]);
        List<TensorInfo> tensors = [.. source.Metadata.Tensors.Where(tensor => selection.Contains(tensor.Name))];
        IEnumerable<TensorInfo> results = Hash ? HashInGroups(source, tensors, context) : tensors;
        foreach (TensorInfo tensor in results)
        {
            context.Output(Convert.TensorInfo(tensor, source.Location.DisplayPath));
        }
    }

    private static IEnumerable<TensorInfo> HashInGroups(ModelSource source, List<TensorInfo> tensors, WorkContext context)
    {
        long total = tensors.Sum(tensor => tensor.SizeBytes);
        long done = 0;
        List<TensorInfo> group = [];
        long groupBytes = 0;
        for (int i = 0; i < tensors.Count; i++)
        {
            group.Add(tensors[i]);
            groupBytes += tensors[i].SizeBytes;
            if (groupBytes < HashGroupBytes && i < tensors.Count - 1)
            {
                continue;
            }

            OffsetProgress progress = new(context.Progress, done, total);
            foreach (TensorInfo tensor in ModelInspector.Hash(source, group, progress, context.Token))
            {
                yield return tensor;
            }

            done += groupBytes;
            group.Clear();
            groupBytes = 0;
        }
    }

    /// <summary>The progress of a part of the work as that of the whole.</summary>
    private sealed class OffsetProgress(IProgress<OperationProgress> whole, long before, long total) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => whole.Report(new OperationProgress(value.Item, before + value.BytesDone, total));
    }
}
