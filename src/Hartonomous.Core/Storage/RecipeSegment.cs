using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// A run of a file's bytes: either a few literal bytes or a whole atom. The segments of a recipe, in order, are the file.
/// </summary>
public sealed record RecipeSegment
{
    /// <summary>Where the run begins in the file.</summary>
    public required long FileOffset { get; init; }

    /// <summary>Length of the run in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The bytes themselves, where they are not an atom's.</summary>
    public byte[]? Literal { get; init; }

    /// <summary>The atom whose content the run is.</summary>
    public ContentHash? Atom { get; init; }

    /// <summary>
    /// Set where the file keeps the atom's numbers in big-endian order: the encoding whose fields have to be turned to get the file's
    /// bytes from the atom's.
    /// </summary>
    public TensorDtype? TurnedDtype { get; init; }
}
