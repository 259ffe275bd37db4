namespace Hartonomous.Core.Models;

/// <summary>
/// The smallest run of bytes that holds whole values: one number of a plain type, the two values of a 4-bit pair, a ggml block.
/// </summary>
/// <param name="Elements">Values in a block.</param>
/// <param name="Bytes">Bytes in a block.</param>
/// <param name="Fields">
/// The block's fields in order, for turning the byte order: width in bytes and how many of that width follow each other.
/// </param>
public sealed record BlockLayout(int Elements, int Bytes, IReadOnlyList<(int Width, int Count)> Fields)
{
    /// <summary>Whether a block reads the same in either byte order.</summary>
    public bool IsByteOrderFree { get; } = Fields.All(field => field.Width == 1);

    /// <summary>Mean bits a value.</summary>
    public double BitsPerElement => 8.0 * Bytes / Elements;
}
