using System.Management.Automation;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Locality;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Measures how well spatial keys and a curve keep the neighbourhoods of the stored sketches.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "HartLocality")]
[OutputType(typeof(HartLocality))]
public sealed class MeasureHartLocalityCommand : SpatialCmdlet
{
    /// <summary>Only contents of these models. Wildcards are permitted.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[]? Model { get; set; }

    /// <summary>Only contents of these kinds of layers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartLayerType[]? LayerType { get; set; }

    /// <summary>The curves.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartCurve[] Curve { get; set; } = [HartCurve.Hilbert3D];

    /// <summary>Sketches to draw at most; time and memory grow with the square.</summary>
    [Parameter]
    [ValidateRange(3, 20_000)]
    public int Sample { get; set; } = LocalityMeasure.DefaultSample;

    /// <summary>Neighbours of each.</summary>
    [Parameter]
    [ValidateRange(1, 20_000)]
    public int Neighbor { get; set; } = LocalityMeasure.DefaultNeighbors;

    /// <summary>What sketches stand for.</summary>
    [Parameter]
    public HartSpatialLevel Level { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        List<long>? models = Model is null ? null : [.. FindModels(connection, Model).Select(model => model.ModelId)];
        if (models is [])
        {
            return;
        }

        Work("Measuring locality", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            foreach (HartCurve curve in Curve)
            {
                (SpatialSpace space, LocalityReport report) = LocalityRun.Measure(
                    lease.Store,
                    new LocalityOptions
                    {
                        Curve = Enum.Parse<CurveKind>(curve.ToString()),
                        Sample = Sample,
                        Neighbors = Neighbor,
                        ModelIds = models,
                        LayerTypes = LayerType is null ? null : [.. LayerType.Select(layer => Enum.Parse<LayerType>(layer.ToString()))],
                        Level = LevelOf(Level),
                        Space = ResolveSpace(lease.Store),
                    },
                    context.Token);
                context.Verbose($"{curve}: {report.Sketches} sketches, {space}.");
                context.Output(SpatialObjects.Locality(curve, space, report, connection.Path));
            }
        });
    }
}
