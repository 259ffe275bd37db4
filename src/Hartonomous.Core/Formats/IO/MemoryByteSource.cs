namespace Hartonomous.Core.Formats.IO;

/// <summary>Bytes in memory.</summary>
public sealed class MemoryByteSource(string name, ReadOnlyMemory<byte> bytes) : ByteSource
{
    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination) =>
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
}
