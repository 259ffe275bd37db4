using System.Globalization;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>
/// A range of a tensor's values, counted row-major over all dimensions, as Python slices a list: from the first up to, not including, the
/// second; negative numbers count from the end; what reaches beyond either end is cut off.
/// </summary>
/// <param name="Start">The first value; null for the beginning.</param>
/// <param name="End">The value behind the last one; null for the end.</param>
public readonly record struct ValueRange(long? Start, long? End)
{
    /// <summary>Reads <c>10:20</c>, <c>:20</c>, <c>10:</c>, <c>-10:</c>.</summary>
    public static bool TryParse(string text, out ValueRange range)
    {
        ArgumentNullException.ThrowIfNull(text);
        range = default;
        string[] parts = text.Split(':');
        if (parts.Length != 2 || !TryParseEnd(parts[0], out long? start) || !TryParseEnd(parts[1], out long? end))
        {
            return false;
        }

        range = new ValueRange(start, end);
        return true;
    }

    /// <summary>The part of <paramref name="count"/> values that is meant; of length 0 where the range ends before it begins.</summary>
    public (long Start, long Length) Resolve(long count)
    {
        long start = Place(Start ?? 0, count);
        long end = Place(End ?? count, count);
        return (start, Math.Max(0, end - start));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}:{End}");

    private static long Place(long index, long count) => Math.Clamp(index < 0 ? index + count : index, 0, count);

    private static bool TryParseEnd(string text, out long? index)
    {
        index = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }

        index = value;
        return true;
    }
}
