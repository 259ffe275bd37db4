namespace Hartonomous.Core.Formats.IO;

/// <summary>Zero bytes, for padding: no memory is held for them.</summary>
internal sealed class ZeroByteSource(string name, long length) : ByteSource
{
    public override string Name { get; } = name;

    public override long Length { get; } = length;

    protected internal override void ReadCore(long offset, Span<byte> destination) => destination.Clear();
}
