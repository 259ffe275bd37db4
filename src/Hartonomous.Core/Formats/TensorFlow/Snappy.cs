namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Decompresses one Snappy block: the length of the content as a varint of 32 bits, then literals and copies of what came before.
/// </summary>
/// <remarks>Format: <see href="https://github.com/google/snappy/blob/main/format_description.txt"/>.</remarks>
internal static class Snappy
{
    // The densest element is a copy of 64 bytes, written in 3.
    private const int DensestContent = 64;
    private const int DensestBytes = 3;

    /// <summary>The content of a block.</summary>
    /// <param name="block">The compressed bytes.</param>
    /// <param name="maxLength">Longest content that is accepted, in bytes.</param>
    /// <param name="file">The file that holds the block, for errors.</param>
    /// <param name="offset">Where in the file the block begins, for errors.</param>
    /// <exception cref="ModelFormatException">The block is not as the format says; the codes are in <see
    /// cref="SnappyErrorCodes"/>.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> block, int maxLength, string file, long offset)
    {
        int at = 0;
        if (!TableVarint.TryRead32(block, ref at, out uint length))
        {
            throw Error(SnappyErrorCodes.Length, 0, "the length of the content is no number of 32 bits");
        }

        if (length > maxLength)
        {
            throw Error(SnappyErrorCodes.TooLarge, 0, $"the content is said to have {length} bytes, {maxLength} are accepted");
        }

        // Asked before anything is allocated.
        if (length > ((long)(block.Length - at) * DensestContent / DensestBytes) + DensestContent)
        {
            throw Error(
                SnappyErrorCodes.Expansion, 0,
                $"{block.Length - at} compressed bytes cannot give the {length} bytes they are said to give");
        }

        byte[] content = new byte[length];
        int written = 0;
        while (at < block.Length)
        {
            int element = at;
            int tag = block[at++];
            int kind = tag & 3;
            long run = kind switch { 0 => (tag >> 2) + 1L, 1 => ((tag >> 2) & 7) + 4, _ => (tag >> 2) + 1 };
            int extra = kind switch { 0 => run > 60 ? (int)run - 60 : 0, 1 => 1, 2 => 2, _ => 4 };
            if (extra > block.Length - at)
            {
                throw Error(SnappyErrorCodes.Truncated, element, "the compressed bytes end within an element");
            }

            uint number = 0;
            for (int i = 0; i < extra; i++)
            {
                number |= (uint)block[at++] << (8 * i);
            }

            run = kind == 0 && extra > 0 ? number + 1L : run;
            if (run > content.Length - written)
            {
                throw Error(
                    SnappyErrorCodes.Overrun, element,
                    $"an element of {run} bytes follows {written}, but the content is said to have {length}");
            }

            Span<byte> target = content.AsSpan(written, (int)run);
            if (kind == 0)
            {
                if (run > block.Length - at)
                {
                    throw Error(
                        SnappyErrorCodes.Truncated, element,
                        $"a literal of {run} bytes is said to follow, {block.Length - at} remain");
                }

                block.Slice(at, (int)run).CopyTo(target);
                at += (int)run;
            }
            else
            {
                long back = kind == 1 ? ((uint)(tag >> 5) << 8) | number : number;
                if (back == 0 || back > written)
                {
                    throw Error(
                        SnappyErrorCodes.Offset, element,
                        $"a copy begins {back} bytes back, where {written} bytes have been written");
                }

                // The copy may reach into itself; what it wrote first is then repeated.
                for (int i = 0, from = written - (int)back; i < target.Length; i++)
                {
                    target[i] = content[from + i];
                }
            }

            written += (int)run;
        }

        return written == content.Length
            ? content
            : throw Error(SnappyErrorCodes.Short, block.Length, $"the elements give {written} bytes, the content is said to have {length}");

        ModelFormatException Error(string code, int place, string problem) => new(code, file, offset + place, problem);
    }
}
