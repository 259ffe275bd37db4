namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Where a block of a table lies in its file, its trailer of 5 bytes not counted.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">Its length in bytes as stored.</param>
internal readonly record struct TableHandle(long Offset, long Length)
{
    /// <summary>
    /// Reads a handle, two variable-length numbers, and moves <paramref name="at"/> behind it; false where there is none.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out TableHandle handle)
    {
        bool read = TableVarint.TryRead64(bytes, ref at, out ulong offset) & TableVarint.TryRead64(bytes, ref at, out ulong length);
        read = read && offset <= long.MaxValue && length <= long.MaxValue;
        handle = read ? new TableHandle((long)offset, (long)length) : default;
        return read;
    }
}
