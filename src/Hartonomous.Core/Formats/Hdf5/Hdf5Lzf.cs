namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>
/// LZF, the compression h5py offers beside deflate (format: LibLZF's <c>lzf_d.c</c>). A control byte below 32 is followed by that many
/// literals and one more; else its upper three bits are a length and its lower five the upper part of a distance back.
/// </summary>
internal static class Hdf5Lzf
{
    private const int Literals = 32;
    private const int LongLength = 7;

    public static byte[] Decode(byte[] bytes, int bound, Func<string, ModelFormatException> fail)
    {
        byte[] result = new byte[Math.Min(bound, Math.Max(1024, (int)Math.Min(4L * bytes.Length, bound)))];
        int length = 0;
        int at = 0;
        while (at < bytes.Length)
        {
            int control = bytes[at++];
            int run = control < Literals ? control + 1 : control >> 5;
            int from = -1;
            if (control >= Literals)
            {
                if (run == LongLength && at < bytes.Length)
                {
                    run += bytes[at++];
                }

                run += 2;
                from = length - 1 - ((control & 0x1F) << 8) - (at < bytes.Length ? bytes[at++] : length);
            }

            bool valid = control < Literals ? run <= bytes.Length - at : from >= 0;
            if (!valid || run > bound - length)
            {
                throw fail(valid ? $"the LZF data of the chunk hold more than {bound} bytes" : "the chunk is not valid LZF data");
            }

            if (run > result.Length - length)
            {
                Array.Resize(ref result, (int)Math.Min(Math.Max(2L * result.Length, length + run), bound));
            }

            for (int i = 0; i < run; i++)
            {
                // A run may reach into what it writes itself.
                result[length++] = from < 0 ? bytes[at++] : result[from++];
            }
        }

        return result[..length];
    }
}
