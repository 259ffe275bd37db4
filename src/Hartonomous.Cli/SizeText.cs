using System.Globalization;

namespace Hartonomous.Cli;

/// <summary>Sizes on the command line: <c>2000000000</c>, <c>2GB</c>, <c>1.5GiB</c>. KB, MB, GB and TB are powers of 1000.</summary>
internal static class SizeText
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <summary>Reads a size of 1 byte or more; case does not count.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        string number = text.Trim();
        long unit = 1;
        foreach ((string name, long factor) in Units)
        {
            if (number.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^name.Length].TrimEnd();
                unit = factor;
                break;
            }
        }

        bool isNumber = decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value);
        decimal product = isNumber && value <= long.MaxValue / unit ? value * unit : 0;
        bytes = (long)product;
        return bytes >= 1;
    }
}
