using System.Management.Automation;
using Hartonomous.Core.Search;

namespace Hartonomous.Commands;

/// <summary>Gives sketches and spatial keys to the stored contents that lack them. A run that was ended is taken up by the next.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "HartSpatialize", SupportsShouldProcess = true)]
[OutputType(typeof(HartSpatialReport))]
public sealed class InvokeHartSpatializeCommand : SpatialCmdlet
{
    /// <summary>Only contents of these models. Wildcards are permitted.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[]? Model { get; set; }

    /// <summary>What gets sketches.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartSpatialLevel[] Level { get; set; } = [HartSpatialLevel.Tensor];

    /// <summary>Rows of an attention head, where the model's metadata do not say.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? HeadRow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        List<long>? models = Model is null ? null : [.. FindModels(connection, Model).Select(model => model.ModelId)];
        if (models is [] || !ShouldProcess(connection.Path, "Make sketches and spatial keys"))
        {
            return;
        }

        SpatializeOptions options = new()
        {
            Space = SpaceToMake(),
            Levels = [.. Level.Select(LevelOf)],
            ModelIds = models,
            HeadRows = HeadRow,
        };
        Work("Spatializing", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            SpatializeResult result = Spatializer.Run(lease.Store, options, context.Progress, context.Token);
            foreach (SpatializeFailure failure in result.Failures)
            {
                if (ErrorRecords.TryMake(failure.Error, $"{failure.Tensor.Model}: {failure.Tensor.Name}") is { } record)
                {
                    context.Error(record);
                }
            }

            context.Verbose($"{result.Contents} contents looked at, {HartText.Size(result.Bytes)}; {result.Space}.");
            context.Information($"Made {result.Sketches} sketches and {result.Projected} keys in {connection.Path}.");
            context.Output(SpatialObjects.Report(result, connection.Path));
        });
    }
}
