using System.Management.Automation;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Reads the values of tensors as float32, whatever they are stored as: an object with an array for each tensor, or, with
/// <c>-OutFile</c>, one file for the tensors of a model. Arrays are one-dimensional, row-major.
/// </summary>
[Cmdlet(VerbsCommon.Get, "HartTensorData", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(HartTensorData), typeof(FileInfo))]
public sealed class GetHartTensorDataCommand : TensorValueCmdlet
{
    private string? _written;

    /// <summary>How many values of each tensor are read.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long First { get; set; } = long.MaxValue;

    /// <summary>How many values of each tensor, counted row-major, are passed over.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Skip { get; set; }

    /// <summary>
    /// A file to write instead: <c>.safetensors</c> for the tensors of one model under their names, <c>.npy</c> for one tensor. The file
    /// that was written goes to the pipeline.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Whether a file that is there is overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Decoding tensors";

    private bool IsPart => MyInvocation.BoundParameters.ContainsKey(nameof(First)) || Skip > 0;

    private ValueRange Range => new(Skip, First > long.MaxValue - Skip ? long.MaxValue : Skip + First);

    private protected override bool Accept(string model)
    {
        if (OutFile is null)
        {
            return true;
        }

        if (_written is not null)
        {
            string message = $"{HartErrorCodes.OutFileForSeveral}: {model}: the file {OutFile} is already that of {_written}.";
            WriteError(ErrorRecords.Make(new HartException(HartErrorCodes.OutFileForSeveral, model, message), model));
            return false;
        }

        _written = model;
        OutFile = FullPath(OutFile);
        return ShouldProcess($"values of {model} to {OutFile}", "Write");
    }

    private protected override void Process(ModelTensors model, IReadOnlyList<TensorInfo> tensors, WorkContext context)
    {
        if (OutFile is null)
        {
            ForEach(model, tensors, context, (tensor, advance) => context.Output(Read(model, tensor, advance, context.Token)));
            return;
        }

        if (tensors.Count == 0)
        {
            throw new StoreException(StoreErrorCodes.TensorNotFound, model.DisplayName, "no tensor is chosen, so nothing is written");
        }

        ValueExportOptions options = new() { Range = IsPart ? Range : null, Part = Part, Overwrite = Force };
        ValueExportResult result = new ValueExporter(model).Export(tensors, OutFile, options, context.Progress, context.Token);
        context.Information($"Wrote {tensors.Count} tensors of {model.DisplayName} to {result.Path}.");
        context.Output(new FileInfo(result.Path));
    }

    private HartTensorData Read(ModelTensors model, TensorInfo tensor, Action<long> advance, CancellationToken cancellation) => new()
    {
        Model = model.DisplayName,
        Name = tensor.Name,
        Dtype = tensor.Dtype.ToString(),
        Shape = [.. tensor.Shape.Dimensions],
        Start = Range.Resolve(tensor.Shape.ElementCount).Start,
        Values = TensorReading.Read(model, tensor, Range, Part, advance, cancellation),
    };
}
