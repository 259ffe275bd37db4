namespace Hartonomous.Commands;

/// <summary>Compares names with the numbers in them by their values: <c>blk.2</c> before <c>blk.10</c>. The same in every culture.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The comparer.</summary>
    public static NaturalOrder Comparer { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x;
        ReadOnlySpan<char> b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int digitsA = Digits(a);
            int digitsB = Digits(b);
            int order;
            if (digitsA > 0 && digitsB > 0)
            {
                ReadOnlySpan<char> numberA = a[..digitsA].TrimStart('0');
                ReadOnlySpan<char> numberB = b[..digitsB].TrimStart('0');
                order = numberA.Length != numberB.Length ? numberA.Length - numberB.Length : numberA.SequenceCompareTo(numberB);
                a = a[digitsA..];
                b = b[digitsB..];
            }
            else
            {
                order = a[0].CompareTo(b[0]);
                a = a[1..];
                b = b[1..];
            }

            if (order != 0)
            {
                return order;
            }
        }

        return a.Length != b.Length ? a.Length - b.Length : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
