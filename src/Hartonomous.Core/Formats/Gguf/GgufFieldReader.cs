using System.Text;
using System.Text.Unicode;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// The pieces a GGUF header is made of: counts and strings, which version 1 keeps in 32 bits and later ones in 64, and the account of the
/// memory that the header may take.
/// </summary>
internal sealed class GgufFieldReader(ByteSource source, ReadLimits limits, CancellationToken cancellation)
{
    private long _memory;

    /// <summary>The cursor.</summary>
    public ByteReader Bytes { get; } = new(source, GgufErrorCodes.Truncated);

    /// <summary>What is accepted.</summary>
    public ReadLimits Limits { get; } = limits;

    /// <summary>Version of the file.</summary>
    public uint Version { get; private set; }

    /// <summary>Bytes of a count or length.</summary>
    public int CountSize => Version == 1 ? 4 : 8;

    /// <summary>Where the next read begins.</summary>
    public long Position => Bytes.Position;

    /// <summary>Fixes the version and the byte order, once they are known.</summary>
    public void Begin(uint version, ByteOrder order)
    {
        Version = version;
        Bytes.Order = order;
    }

    /// <summary>Makes an error of this file.</summary>
    public ModelFormatException Error(string code, long offset, string problem) => new(code, source.Name, offset, problem);

    /// <summary>Ends the reading when that is asked for.</summary>
    public void ThrowIfCancelled() => cancellation.ThrowIfCancellationRequested();

    /// <summary>Counts memory that the header keeps, and refuses the file when it would take too much.</summary>
    /// <returns>Whether the memory may be taken.</returns>
    public bool TryCharge(ulong bytes)
    {
        if (bytes > (ulong)Math.Max(0, Limits.GgufHeaderMemory - _memory))
        {
            return false;
        }

        _memory += (long)bytes;
        return true;
    }

    /// <summary>Counts memory that a value takes.</summary>
    /// <exception cref="ModelFormatException">It is more than the limit leaves (<c>GGUF_HEADER_MEMORY</c>).</exception>
    public void Charge(long bytes, string what)
    {
        if (!TryCharge((ulong)bytes))
        {
            throw Error(
                GgufErrorCodes.HeaderMemory,
                Position,
                $"{what} would take more than the {Limits.GgufHeaderMemory} bytes of memory that a header may take");
        }
    }

    /// <summary>Reads a count or length: 32 bits in version 1, else 64.</summary>
    public ulong ReadCount(string what) => Version == 1 ? Bytes.ReadUInt32(what) : Bytes.ReadUInt64(what);

    /// <summary>Reads a length and holds it against a limit and against the rest of the file.</summary>
    public int ReadLength(int limit, string code, string what)
    {
        long start = Position;
        ulong length = ReadCount(what);

        // Some writers of version 1 count the NUL that ends a string.
        ulong most = (ulong)limit + (Version == 1 ? 1u : 0u);
        if (length > most)
        {
            throw Error(code, start, $"{what} is {length} bytes long, {limit} are accepted");
        }

        if (length > (ulong)Bytes.Remaining)
        {
            throw Error(code, start, $"{what} is {length} bytes long, but {Bytes.Remaining} remain in the file");
        }

        return (int)length;
    }

    /// <summary>Reads the bytes of a string; valid until the next read.</summary>
    public ReadOnlySpan<byte> ReadText(int limit, string code, string what)
    {
        int length = ReadLength(limit, code, what);
        ReadOnlySpan<byte> text = length <= ByteReader.WindowSize ? Bytes.Take(length, what) : Bytes.ReadBytes(length, what);
        return Version == 1 && text.Length > 0 && text[^1] == 0 ? text[..^1] : text;
    }

    /// <summary>Reads a key or name, which has to be valid UTF-8 and not empty.</summary>
    public string ReadName(int limit, string lengthCode, string emptyCode, string what)
    {
        long start = Position;
        ReadOnlySpan<byte> text = ReadText(limit, lengthCode, what);
        if (text.IsEmpty)
        {
            throw Error(emptyCode, start, $"{what} is empty");
        }

        if (text.Length > limit)
        {
            throw Error(lengthCode, start, $"{what} is {text.Length} bytes long, {limit} are accepted");
        }

        if (!Utf8.IsValid(text))
        {
            throw Error(GgufErrorCodes.Utf8, start, $"{what} {ErrorText.Quote(Encoding.UTF8.GetString(text))} is not valid UTF-8");
        }

        return Encoding.UTF8.GetString(text);
    }
}
