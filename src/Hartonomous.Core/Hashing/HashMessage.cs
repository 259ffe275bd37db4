using Hartonomous.Core.Models;

namespace Hartonomous.Core.Hashing;

/// <summary>A content to be hashed beside others: its bytes, which may lie in several places, and, once computed, its SHA-256.</summary>
/// <param name="parts">The bytes, in order. They must stay as they are until the hash is there.</param>
internal sealed class HashMessage(params ReadOnlyMemory<byte>[] parts)
{
    /// <summary>The bytes, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts { get; } = parts;

    /// <summary>Number of bytes.</summary>
    public long Length { get; } = parts.Sum(part => (long)part.Length);

    /// <summary>The SHA-256 of the bytes, once it has been computed.</summary>
    public ContentHash Hash { get; set; }
}
