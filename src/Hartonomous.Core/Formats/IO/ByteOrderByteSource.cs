using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// Values of another source in the other byte order: each block's fields are turned, its single bytes stay. Turning twice gives the
/// first bytes back. Does not own the source.
/// </summary>
public sealed class ByteOrderByteSource : ByteSource
{
    private readonly ByteSource _inner;
    private readonly BlockLayout _layout;

    /// <summary>Turns <paramref name="inner"/>, which holds whole blocks of <paramref name="layout"/>.</summary>
    public ByteOrderByteSource(ByteSource inner, BlockLayout layout)
    {
        if (inner.Length % layout.Bytes != 0)
        {
            throw new ModelFormatException(
                FormatErrorCodes.FileTruncated, inner.Name, null, $"{inner.Length} bytes are no whole number of {layout.Bytes}-byte blocks");
        }

        _inner = inner;
        _layout = layout;
    }

    /// <inheritdoc/>
    public override string Name => _inner.Name;

    /// <inheritdoc/>
    public override long Length => _inner.Length;

    /// <summary>Turns whole blocks in place.</summary>
    public static void Turn(Span<byte> blocks, BlockLayout layout)
    {
        while (blocks.Length > 0)
        {
            int at = 0;
            foreach ((int width, int count) in layout.Fields)
            {
                for (int i = 0; i < count; i++, at += width)
                {
                    blocks.Slice(at, width).Reverse();
                }
            }

            blocks = blocks[layout.Bytes..];
        }
    }

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => _inner.LastWriteTimeUtc;

    /// <inheritdoc/>
    public override bool HasChanged() => _inner.HasChanged();

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        // Whole blocks are turned where they land; the block a range begins or ends within goes through a small buffer.
        Span<byte> block = stackalloc byte[_layout.Bytes];
        while (destination.Length > 0)
        {
            int within = (int)(offset % _layout.Bytes);
            int whole = destination.Length / _layout.Bytes * _layout.Bytes;
            int count;
            if (within == 0 && whole > 0)
            {
                count = whole;
                _inner.ReadCore(offset, destination[..count]);
                Turn(destination[..count], _layout);
            }
            else
            {
                count = Math.Min(destination.Length, _layout.Bytes - within);
                _inner.ReadCore(offset - within, block);
                Turn(block, _layout);
                block.Slice(within, count).CopyTo(destination);
            }

            offset += count;
            destination = destination[count..];
        }
    }
}
