using System.CommandLine;
using System.Globalization;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary>The options that name a space: how sketches are made and projected.</summary>
internal sealed class SpaceOptions
{
    private readonly Option<ProjectionMethod?> _projection = new("--projection") { Description = "Orthonormal or Landmark.", HelpName = "METHOD" };
    private readonly Option<int?> _dimension = Numbers.Whole("--dimension", "Dimension of the sketches.", 16, 16_384);
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Seed of the projection.", HelpName = "N" };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_projection);
        command.Options.Add(_dimension);
        command.Options.Add(_seed);
    }

    /// <summary>The space that is to be made: the default one where nothing else is said.</summary>
    public SpatialSpace ToMake(ParseResult arguments)
    {
        int dimension = arguments.GetValue(_dimension) ?? SketchConfig.DefaultDimension;
        return new SpatialSpace(
            new SketchConfig(dimension),
            new ProjectionConfig(
                arguments.GetValue(_projection) ?? ProjectionMethod.Orthonormal, dimension, arguments.GetValue(_seed) ?? ProjectionConfig.DefaultSeed));
    }

    /// <summary>The space of the store that is meant.</summary>
    public SpatialSpace Resolve(ParseResult arguments, IModelStore store) =>
        SpatialSpaces.Resolve(store, arguments.GetValue(_projection), arguments.GetValue(_dimension), arguments.GetValue(_seed));

    /// <summary>Writes the properties of a space.</summary>
    public static void WriteJson(System.Text.Json.Utf8JsonWriter json, SpatialSpace space)
    {
        json.WriteStartObject("space");
        json.WriteString("projection", space.Projection.Method.ToString());
        json.WriteNumber("dimension", space.Sketch.Dimension);
        json.WriteString("seed", space.Projection.Seed.ToString(CultureInfo.InvariantCulture));
        json.WriteString("projectionId", space.Projection.Id.ToString());
        json.WriteString("sketchId", space.Sketch.Id.ToString());
        json.WriteEndObject();
    }
}
