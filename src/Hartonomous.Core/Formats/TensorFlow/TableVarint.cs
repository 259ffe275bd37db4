namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Reads the variable-length numbers of tables and Snappy blocks: 7 bits a byte, the lowest first.</summary>
internal static class TableVarint
{
    /// <summary>Reads a number of at most 32 bits and moves <paramref name="at"/> behind it; false where there is none.</summary>
    public static bool TryRead32(ReadOnlySpan<byte> bytes, ref int at, out uint value)
    {
        int next = at;
        bool read = TryRead64(bytes, ref next, out ulong number) && number <= uint.MaxValue;
        value = read ? (uint)number : 0;
        at = read ? next : at;
        return read;
    }

    /// <summary>Reads a number of at most 64 bits and moves <paramref name="at"/> behind it; false where there is none.</summary>
    public static bool TryRead64(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int i = at, shift = 0; i < bytes.Length && shift < 64; i++, shift += 7)
        {
            if (shift == 63 && bytes[i] > 1)
            {
                return false;
            }

            value |= (ulong)(bytes[i] & 0x7F) << shift;
            if (bytes[i] < 0x80)
            {
                at = i + 1;
                return true;
            }
        }

        return false;
    }
}
