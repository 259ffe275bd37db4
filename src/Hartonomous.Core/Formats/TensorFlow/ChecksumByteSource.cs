using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// A run of bytes with a masked CRC-32C. The checksum is held against the bytes when they have been read from the first to the last in
/// their
/// order, in pieces of any length and with repetitions; a reader that jumps ahead gets its bytes unchecked.
/// </summary>
internal sealed class ChecksumByteSource : ByteSource
{
    private readonly ByteSource _inner;
    private readonly StoredTensor _stored;
    private readonly string _tensor;
    private readonly Lock _gate = new();
    private uint _crc = Crc32C.Start;
    private long _checked;

    /// <summary>The data of a tensor in its shard.</summary>
    /// <param name="file">The shard; not owned.</param>
    /// <param name="stored">Where in it the data are.</param>
    /// <param name="tensor">The tensor's name, for errors.</param>
    public ChecksumByteSource(ByteSource file, StoredTensor stored, string tensor)
    {
        _inner = file.Slice(stored.Offset, stored.Size);
        _stored = stored;
        _tensor = tensor;
    }

    /// <inheritdoc/>
    public override string Name => _inner.Name;

    /// <inheritdoc/>
    public override long Length => _inner.Length;

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => _inner.LastWriteTimeUtc;

    /// <inheritdoc/>
    public override bool HasChanged() => _inner.HasChanged();

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        _inner.ReadCore(offset, destination);
        lock (_gate)
        {
            long known = _checked - offset;
            if (known < 0 || known >= destination.Length)
            {
                return;
            }

            uint crc = Crc32C.Append(_crc, destination[(int)known..]);
            long end = offset + destination.Length;
            uint found = Crc32C.Mask(Crc32C.Finish(crc));
            if (end == Length && found != _stored.Crc)
            {
                throw new ModelFormatException(
                    TensorFlowErrorCodes.TensorChecksum,
                    Name,
                    _stored.Offset,
                    $"the tensor {ErrorText.Quote(_tensor)} has the checksum {found:X8}, its entry says {_stored.Crc:X8}");
            }

            (_crc, _checked) = (crc, end);
        }
    }
}
