using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>Consecutive pieces of a file with their bytes, on their way through the pipeline.</summary>
/// <param name="slabs">Where the buffers come from.</param>
/// <param name="raw">The buffer with the bytes as they lie in the file.</param>
/// <param name="turned">The buffer with the big-endian tensors turned, or null where there are none.</param>
/// <param name="length">Number of bytes.</param>
/// <param name="pieces">The pieces, which cover the bytes.</param>
internal sealed class Window(SlabPool slabs, Slab raw, Slab? turned, int length, IReadOnlyList<Piece> pieces)
{
    /// <summary>Stages that still need the bytes: the file's hash on the one hand, the hashes of the pieces and the store on the other.</summary>
    private int _users = 2;

    /// <summary>The bytes as they lie in the file.</summary>
    public ReadOnlyMemory<byte> Raw { get; } = raw.Memory[..length];

    /// <summary>
    /// The bytes as the tensors' content has them: <see cref="Raw"/> itself, or a copy with the big-endian tensors turned.
    /// </summary>
    public ReadOnlyMemory<byte> Content { get; } = (turned ?? raw).Memory[..length];

    /// <summary>Number of bytes.</summary>
    public int Length => length;

    /// <summary>The pieces, which cover the bytes.</summary>
    public IReadOnlyList<Piece> Pieces => pieces;

    /// <summary>Whether the windows since the last that ended a batch are to be hashed with this one as its last.</summary>
    public bool EndsBatch { get; set; }

    /// <summary>Says that one of the two users of the bytes is done with them.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            slabs.Return(raw);
            if (turned is not null)
            {
                slabs.Return(turned);
            }
        }
    }
}
