namespace Hartonomous.Core.Atoms;

/// <summary>Consecutive pieces of a file with their bytes, on their way through the pipeline.</summary>
internal sealed class Window
{
    /// <summary>The bytes as they lie in the file.</summary>
    public required byte[] Raw { get; init; }

    /// <summary>
    /// The bytes as the tensors' content has them: <see cref="Raw"/> itself, or a copy with the big-endian tensors turned.
    /// </summary>
    public required byte[] Content { get; init; }

    /// <summary>Number of bytes.</summary>
    public required int Length { get; init; }

    /// <summary>The pieces, which cover the bytes.</summary>
    public required IReadOnlyList<Piece> Pieces { get; init; }
}
