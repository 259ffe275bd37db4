using System.Globalization;
using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>What a sketch depends on beside the values: sketches of different configurations cannot be compared.</summary>
/// <param name="Dimension">Number of buckets, 16 to 16,384; 1998 is the width of SQL Server's <c>VECTOR</c> of 32-bit numbers.</param>
/// <param name="Seed">Seed of the pseudo-random signs and rotations.</param>
public sealed record SketchConfig(int Dimension = SketchConfig.DefaultDimension, ulong Seed = SketchConfig.DefaultSeed)
{
    /// <summary>The default number of buckets.</summary>
    public const int DefaultDimension = 1998;

    /// <summary>The default seed.</summary>
    public const ulong DefaultSeed = 42;

    /// <summary>Version of the construction; it changes when the same values would give another sketch.</summary>
    public const int Version = 1;

    /// <summary>The default configuration.</summary>
    public static SketchConfig Default { get; } = new();

    /// <summary>Number of buckets.</summary>
    public int Dimension { get; } = Dimension is >= 16 and <= 16_384
        ? Dimension
        : throw new ArgumentOutOfRangeException(nameof(Dimension), Dimension, "A sketch has 16 to 16,384 dimensions.");

    /// <summary>The identity: the SHA-256 of a text that names construction, version, dimension and seed.</summary>
    public ContentHash Id => ContentHash.Of(Encoding.UTF8.GetBytes(ToString()));

    /// <summary>As <c>signed-fold/1 dimension=1998 seed=42</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"signed-fold/{Version} dimension={Dimension} seed={Seed}");
}
