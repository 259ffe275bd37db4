namespace Hartonomous.Core.Formats.IO;

/// <summary>A range of another source, which it does not own.</summary>
internal sealed class SliceByteSource : ByteSource
{
    private readonly ByteSource _inner;
    private readonly long _start;

    public SliceByteSource(ByteSource inner, long start, long length)
    {
        if (start < 0 || length < 0 || start > inner.Length || length > inner.Length - start)
        {
            throw new ModelFormatException(
                FormatErrorCodes.FileTruncated, inner.Name, start, $"{length} bytes are needed, but the file ends at {inner.Length}");
        }

        _inner = inner;
        _start = start;
        Length = length;
    }

    public override string Name => _inner.Name;

    public override long Length { get; }

    public override DateTime LastWriteTimeUtc => _inner.LastWriteTimeUtc;

    public override bool HasChanged() => _inner.HasChanged();

    protected internal override void ReadCore(long offset, Span<byte> destination) => _inner.ReadCore(_start + offset, destination);
}
