using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>One value again and again: a dataset that was never written. No memory is held for it.</summary>
internal sealed class Hdf5FillSource(ByteSource source, byte[] value, long length) : ByteSource
{
    /// <inheritdoc/>
    public override string Name => source.Name;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => source.LastWriteTimeUtc;

    /// <inheritdoc/>
    public override bool HasChanged() => source.HasChanged();

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        int within = (int)(offset % value.Length);
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length, value.Length - within);
            value.AsSpan(within, count).CopyTo(destination);
            destination = destination[count..];
            within = 0;
        }
    }
}
