using System.Management.Automation;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that make or use spatial keys: which kind of them is meant.</summary>
public abstract class SpatialCmdlet : StoredModelCmdlet
{
    /// <summary>How sketches are projected.</summary>
    [Parameter]
    public HartProjectionMethod? Projection { get; set; }

    /// <summary>Dimension of the sketches.</summary>
    [Parameter]
    [ValidateRange(16, 16_384)]
    public int? Dimension { get; set; }

    /// <summary>Seed of the projection.</summary>
    [Parameter]
    public ulong? Seed { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    private ProjectionMethod? Method => Projection is { } given ? Enum.Parse<ProjectionMethod>(given.ToString()) : null;

    /// <summary>The space that is to be made.</summary>
    private protected SpatialSpace SpaceToMake()
    {
        int dimension = Dimension ?? SketchConfig.DefaultDimension;
        return new SpatialSpace(
            new SketchConfig(dimension),
            new ProjectionConfig(Method ?? ProjectionMethod.Orthonormal, dimension, Seed ?? ProjectionConfig.DefaultSeed));
    }

    /// <summary>The space of a store that is meant.</summary>
    private protected SpatialSpace ResolveSpace(IModelStore store) => SpatialSpaces.Resolve(store, Method, Dimension, Seed);

    /// <summary>The level as the core has it; a test holds the members of both enumerations to each other.</summary>
    private protected static SpatialLevel LevelOf(HartSpatialLevel level) => Enum.Parse<SpatialLevel>(level.ToString());
}
