using System.Buffers.Binary;
using System.IO.Compression;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Undoes the filters of a chunk, the last one first.</summary>
internal static class Hdf5FilterDecoder
{
    private const int ChecksumSize = 4;
    private const int FirstGuess = 64 * 1024;

    /// <summary>The bytes of a chunk.</summary>
    /// <param name="stored">As they lie in the file.</param>
    /// <param name="filters">The dataset's filters.</param>
    /// <param name="mask">Bit i set: filter i was left out.</param>
    /// <param name="size">Length of the chunk.</param>
    /// <param name="fail">Makes an error of what is wrong.</param>
    public static byte[] Decode(byte[] stored, Hdf5Filter[] filters, uint mask, int size, Func<string, ModelFormatException> fail)
    {
        byte[] bytes = stored;
        for (int i = filters.Length - 1; i >= 0; i--)
        {
            if ((mask >> i & 1) != 0)
            {
                continue;
            }

            // Filters before this one may have added a checksum each.
            int bound = (int)Math.Min(size + ((long)ChecksumSize * i), Array.MaxLength);
            bytes = filters[i].Id switch
            {
                Hdf5Filter.Deflate => Inflate(bytes, bound, fail),
                Hdf5Filter.Shuffle => Unshuffle(bytes, (int)filters[i].Parameters[0]),
                Hdf5Filter.Fletcher32 => Verify(bytes, fail),
                _ => Hdf5Lzf.Decode(bytes, bound, fail),
            };
        }

        return bytes.Length == size ? bytes
            : throw fail($"the chunk has {bytes.Length} bytes after its filters are undone, {size} are expected");
    }

    /// <summary>Puts the bytes of values side by side again; what fills no whole value stays at the end.</summary>
    internal static byte[] Unshuffle(byte[] bytes, int width)
    {
        int count = bytes.Length / width;
        if (width == 1 || count <= 1)
        {
            return bytes;
        }

        byte[] result = new byte[bytes.Length];
        for (int plane = 0; plane < width; plane++)
        {
            ReadOnlySpan<byte> from = bytes.AsSpan(plane * count, count);
            for (int i = 0, at = plane; i < from.Length; i++, at += width)
            {
                result[at] = from[i];
            }
        }

        bytes.AsSpan(count * width).CopyTo(result.AsSpan(count * width));
        return result;
    }

    private static byte[] Verify(byte[] bytes, Func<string, ModelFormatException> fail)
    {
        if (bytes.Length < ChecksumSize)
        {
            throw fail("the chunk is shorter than its checksum");
        }

        byte[] data = bytes[..^ChecksumSize];
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(data.Length));
        uint computed = Hdf5Checksum.Fletcher32(data);

        // HDF5 before 1.6.3 stored the bytes of each half the other way round, and the library takes either.
        uint swapped = ((computed & 0x00FF00FF) << 8) | ((computed >> 8) & 0x00FF00FF);
        return stored == computed || stored == swapped
            ? data
            : throw fail($"the Fletcher-32 checksum of the chunk is {computed:x8}, {stored:x8} is stored");
    }

    // Grows with what is really there, so that a short chunk that claims to be long takes no memory.
    private static byte[] Inflate(byte[] bytes, int bound, Func<string, ModelFormatException> fail)
    {
        byte[] result = new byte[Math.Min(bound, Math.Max(FirstGuess, (int)Math.Min(4L * bytes.Length, bound)))];
        int length = 0;
        try
        {
            using ZLibStream stream = new(new MemoryStream(bytes, false), CompressionMode.Decompress);
            while (true)
            {
                if (length == result.Length)
                {
                    if (length == bound)
                    {
                        return stream.ReadByte() < 0 ? result : throw fail($"the deflated chunk holds more than {bound} bytes");
                    }

                    Array.Resize(ref result, (int)Math.Min(2L * length, bound));
                }

                int read = stream.Read(result, length, result.Length - length);
                if (read == 0)
                {
                    return result[..length];
                }

                length += read;
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw fail($"the chunk is not valid deflate data ({error.Message.TrimEnd('.')})");
        }
    }
}
