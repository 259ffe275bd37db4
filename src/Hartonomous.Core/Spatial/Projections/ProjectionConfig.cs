using System.Globalization;
using System.Text;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Projections;

/// <summary>
/// What spatial keys depend on. Keys of different configurations live side by side and are never compared; a change of the configuration
/// asks for new keys, not for new sketches.
/// </summary>
/// <param name="Method">The method.</param>
/// <param name="Dimension">Dimension of the sketches, 16 to 16,384.</param>
/// <param name="Seed">Seed of the vectors or landmarks.</param>
public sealed record ProjectionConfig(
    ProjectionMethod Method = ProjectionMethod.Orthonormal,
    int Dimension = SketchConfig.DefaultDimension,
    ulong Seed = ProjectionConfig.DefaultSeed)
{
    /// <summary>The default seed.</summary>
    public const ulong DefaultSeed = 42;

    /// <summary>Version of the construction; it changes when the same sketch would get another key.</summary>
    public const int Version = 1;

    /// <summary>Half the edge of the box: coordinates lie from -100 to 100.</summary>
    public const float HalfEdge = 100;

    /// <summary>
    /// How many standard deviations of a coordinate, over unrelated sketches, the half edge stands for. Of unrelated sketches 0.006 % an axis lie
    /// beyond and are moved to the wall.
    /// </summary>
    public const float Deviations = 4;

    /// <summary>The default: <see cref="ProjectionMethod.Orthonormal"/>, 1998 dimensions, seed 42.</summary>
    public static ProjectionConfig Default { get; } = new();

    /// <summary>Dimension of the sketches.</summary>
    public int Dimension { get; } = Dimension is >= 16 and <= 16_384
        ? Dimension
        : throw new ArgumentOutOfRangeException(nameof(Dimension), Dimension, "Sketches have 16 to 16,384 dimensions.");

    /// <summary>The identity: the SHA-256 of a text that names method, version and all parameters.</summary>
    public ContentHash Id => ContentHash.Of(Encoding.UTF8.GetBytes(ToString()));

    /// <summary>As <c>orthonormal/1 dimension=1998 seed=42 box=100 deviations=4</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Method == ProjectionMethod.Landmark ? "landmark" : "orthonormal")}/{Version} dimension={Dimension} seed={Seed} box={HalfEdge} deviations={Deviations}");
}
