using System.Text;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// The members of a tar archive (POSIX.1-1988 ustar and what pax writers put around it): plain files alone. Nothing is ever extracted.
/// </summary>
internal static class TarDirectory
{
    private const int BlockSize = 512;
    private const int MaxMembers = 64;
    private const int MagicOffset = 257;
    private const int ChecksumOffset = 148;

    /// <summary>Whether a file may be a tar archive by its first bytes.</summary>
    public static bool Matches(ReadOnlySpan<byte> header) =>
        header.Length >= BlockSize && header[MagicOffset..].StartsWith("ustar"u8);

    /// <summary>The members by name, with their content's place.</summary>
    /// <exception cref="ModelFormatException">The archive is damaged or holds what is no plain file.</exception>
    public static Dictionary<string, (long Offset, long Length)> Read(ByteSource file)
    {
        Dictionary<string, (long Offset, long Length)> members = new(StringComparer.Ordinal);
        byte[] block = new byte[BlockSize];
        long at = 0;
        for (int count = 0; at <= file.Length - BlockSize; count++)
        {
            file.ReadExactly(at, block);
            if (!block.AsSpan().ContainsAnyExcept((byte)0))
            {
                return members;
            }

            if (count == MaxMembers)
            {
                throw Error(file, at, $"the archive has more than {MaxMembers} members");
            }

            long length = ReadHeader(file, at, block, out string name, out char kind);
            if (length > file.Length - at - BlockSize)
            {
                throw Error(file, at, $"the member {ErrorText.Quote(name)} of {length} bytes reaches beyond the end of the file");
            }

            // Folders say nothing, and pax headers (times, long owners) nothing that matters here.
            if (kind is '0' or '\0' && !members.TryAdd(name, (at + BlockSize, length)))
            {
                throw Error(file, at, $"the member {ErrorText.Quote(name)} is there twice");
            }

            at += BlockSize + ((length + BlockSize - 1) / BlockSize * BlockSize);
        }

        throw Error(file, file.Length, "the archive ends without its end blocks");
    }

    private static long ReadHeader(ByteSource file, long at, byte[] block, out string name, out char kind)
    {
        name = Text(block, 0, 100);
        if (name.StartsWith("./", StringComparison.Ordinal))
        {
            name = name[2..];
        }

        kind = (char)block[156];
        int sum = block.AsSpan(0, ChecksumOffset).ToArray().Sum(value => value) + (8 * ' ') +
            block.AsSpan(ChecksumOffset + 8).ToArray().Sum(value => value);
        if (!TryOctal(block, ChecksumOffset, 8, out long expected) || expected != sum)
        {
            throw Error(file, at, $"the header of {ErrorText.Quote(name)} has another checksum than it says");
        }

        if (kind is not ('0' or '\0' or '5' or 'x' or 'g'))
        {
            throw Error(file, at,
                $"the member {ErrorText.Quote(name)} is of type {ErrorText.Quote(kind.ToString())}; plain files are expected");
        }

        return TryOctal(block, 124, 12, out long length) ? length
            : throw Error(file, at, $"the length of {ErrorText.Quote(name)} is no number");
    }

    private static string Text(byte[] block, int start, int length)
    {
        ReadOnlySpan<byte> field = block.AsSpan(start, length);
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    // Digits to the base of 8; lengths of 8 GiB and more as a number of which the first bit is set (GNU).
    private static bool TryOctal(byte[] block, int start, int length, out long value)
    {
        value = 0;
        if ((block[start] & 0x80) != 0)
        {
            for (int i = start; i < start + length; i++)
            {
                if (value > long.MaxValue >> 8)
                {
                    return false;
                }

                value = (value << 8) | (i == start ? (long)(block[i] & 0x7F) : block[i]);
            }

            return true;
        }

        string digits = Text(block, start, length).Trim(' ');
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            value = (value << 3) | (long)(digit - '0');
        }

        return digits.Length > 0;
    }

    private static ModelFormatException Error(ByteSource file, long at, string problem) =>
        new(PyTorchErrorCodes.Tar, file.Name, at, problem);
}
