namespace Hartonomous.Core.Formats.IO;

/// <summary>Several sources one after the other, none of which it owns.</summary>
public sealed class ConcatenatedByteSource : ByteSource
{
    private readonly ByteSource[] _parts;
    private readonly long[] _starts;

    /// <summary>Puts <paramref name="parts"/> in a row.</summary>
    public ConcatenatedByteSource(string name, IEnumerable<ByteSource> parts)
    {
        Name = name;
        _parts = [.. parts.Where(part => part.Length > 0)];
        _starts = new long[_parts.Length];
        for (int i = 0; i < _parts.Length; i++)
        {
            _starts[i] = Length;
            Length = checked(Length + _parts[i].Length);
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => _parts.Select(part => part.LastWriteTimeUtc).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override bool HasChanged() => _parts.Any(part => part.HasChanged());

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        int index = Array.BinarySearch(_starts, offset);
        for (index = index < 0 ? ~index - 1 : index; destination.Length > 0; index++)
        {
            long within = offset - _starts[index];
            int count = (int)Math.Min(destination.Length, _parts[index].Length - within);
            _parts[index].ReadCore(within, destination[..count]);
            destination = destination[count..];
            offset += count;
        }
    }
}
