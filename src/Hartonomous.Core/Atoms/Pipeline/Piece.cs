using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>The part of a file that becomes one atom, or a few literal bytes.</summary>
internal sealed class Piece
{
    /// <summary>Where the piece begins in the window's buffer, once it is in a window.</summary>
    public int BufferOffset { get; set; }

    /// <summary>Where the piece begins in the file.</summary>
    public required long FileOffset { get; init; }

    /// <summary>Length in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>The tensor it belongs to, or -1.</summary>
    public required int TensorNumber { get; init; }

    /// <summary>Number of the piece in its tensor.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Where the piece begins in its tensor.</summary>
    public required long TensorOffset { get; init; }

    /// <summary>Whether the tensor ends with this piece.</summary>
    public required bool EndsTensor { get; init; }

    /// <summary>Whether the piece becomes an atom; few literal bytes do not.</summary>
    public required bool IsAtom { get; init; }

    /// <summary>SHA-256 of the piece's content, once it has been computed.</summary>
    public ContentHash Hash { get; set; }

    /// <summary>SHA-256 of the tensor that ends with this piece, once it has been computed.</summary>
    public ContentHash TensorHash { get; set; }
}
