using System.IO.Compression;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Zip;

/// <summary>
/// The content of a deflated entry, inflated as it is read. Reading on is cheap; going back begins anew. Never gives more bytes than the
/// entry claims, and checks the CRC-32 and that nothing follows when the end is reached.
/// </summary>
internal sealed class InflatedByteSource(ByteSource stored, ZipEntry entry) : ByteSource
{
    private static readonly string? ZlibSource = typeof(DeflateStream).Assembly.GetName().Name;

    private readonly Lock _lock = new();
    private DeflateStream? _stream;
    private long _position;
    private uint _crc;

    public override string Name => stored.Name;

    public override long Length => entry.Size;

    public override DateTime LastWriteTimeUtc => stored.LastWriteTimeUtc;

    public override bool HasChanged() => stored.HasChanged();

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        lock (_lock)
        {
            if (_stream is null || offset < _position)
            {
                _stream?.Dispose();
                _stream = new DeflateStream(new ByteSourceStream(stored), CompressionMode.Decompress);
                _position = 0;
                _crc = 0;
                CheckEnd();
            }

            Span<byte> passed = stackalloc byte[4096];
            while (_position < offset)
            {
                Inflate(passed[..(int)Math.Min(passed.Length, offset - _position)]);
            }

            Inflate(destination);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Inflate(Span<byte> destination)
    {
        if (destination.Length == 0)
        {
            return;
        }

        while (destination.Length > 0)
        {
            int count = Next(destination);
            if (count == 0)
            {
                throw Error(ZipErrorCodes.Size, $"inflates to {_position} bytes, {entry.Size} are claimed");
            }

            _crc = Crc32.Append(_crc, destination[..count]);
            _position += count;
            destination = destination[count..];
        }

        CheckEnd();
    }

    private void CheckEnd()
    {
        if (_position < entry.Size)
        {
            return;
        }

        Span<byte> more = stackalloc byte[1];
        if (Next(more) != 0)
        {
            throw Error(ZipErrorCodes.Size, $"inflates to more than the {entry.Size} bytes it claims");
        }

        if (_crc != entry.Crc32)
        {
            throw Error(ZipErrorCodes.Crc, $"has the CRC-32 {_crc:X8}, {entry.Crc32:X8} is expected");
        }
    }

    private int Next(Span<byte> destination)
    {
        // Damage is an InvalidDataException or zlib's own IOException, whose type is not public; one of the disk is passed on.
        try
        {
            return _stream!.Read(destination);
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException && error.Source == ZlibSource))
        {
            throw Error(ZipErrorCodes.Deflate, $"is no valid deflate stream after {_position} bytes", error);
        }
    }

    private ModelFormatException Error(string code, string problem, Exception? inner = null) =>
        new(code, Name, entry.DataOffset, $"the entry {ErrorText.Quote(entry.Name)} {problem}", inner);
}
