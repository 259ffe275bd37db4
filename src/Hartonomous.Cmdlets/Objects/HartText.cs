using System.Globalization;

namespace Hartonomous;

/// <summary>How the module's views write sizes, counts and shapes.</summary>
public static class HartText
{
    private const int ShownValues = 4;

    private static readonly string[] SizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly string[] CountUnits = ["", "K", "M", "B", "T", "Q"];

    /// <summary>A length in bytes with a binary unit: <c>512 B</c>, <c>1.5 KiB</c>, <c>12.0 MiB</c>.</summary>
    public static string Size(long bytes)
    {
        (double value, int unit) = Scale(bytes, 1024, SizeUnits.Length, 1);
        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {SizeUnits[unit]}");
    }

    /// <summary>A number of things with a decimal unit: <c>950</c>, <c>1.10B</c>, <c>7.24B</c>.</summary>
    public static string Count(long count)
    {
        (double value, int unit) = Scale(count, 1000, CountUnits.Length, 2);
        return unit == 0
            ? count.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.00}{CountUnits[unit]}");
    }

    /// <summary>A shape: <c>4096×11008</c>; that of a scalar is <c>scalar</c>.</summary>
    public static string Shape(IEnumerable<long> dimensions)
    {
        string text = string.Join('×', dimensions);
        return text.Length == 0 ? "scalar" : text;
    }

    /// <summary>The first of some values: <c>0.5, -0.25, 1E-05, …</c></summary>
    public static string Values(IReadOnlyList<float> values) =>
        string.Join(", ", values.Take(ShownValues).Select(value => value.ToString("G4", CultureInfo.InvariantCulture))) +
        (values.Count > ShownValues ? ", …" : string.Empty);

    /// <summary>A figure with six digits: <c>0.0204172</c>; none for one that is not known.</summary>
    public static string Number(double? number) => number?.ToString("G6", CultureInfo.InvariantCulture) ?? string.Empty;

    private static (double Value, int Unit) Scale(double value, double step, int units, int digits)
    {
        int unit = 0;

        // The rounded value decides, so that nothing is shown as 1024.0 KiB.
        while (Math.Round(Math.Abs(value), digits) >= step && unit < units - 1)
        {
            value /= step;
            unit++;
        }

        return (value, unit);
    }
}
