using System.Globalization;

namespace Hartonomous.Benchmarks.EndToEnd;

/// <summary>The measurements of one line of the table.</summary>
/// <param name="name">What the line is called.</param>
/// <param name="bytes">Length of what is worked on.</param>
/// <param name="peer">The line it is held against; null for none.</param>
internal sealed class Series(string name, long bytes, Series? peer)
{
    private readonly List<Measurement> _runs = [];

    /// <summary>The heading.</summary>
    public static string Heading { get; } =
        $"{"",-30}{"median s",10}{"min",7}{"max",7}{"MB/s",8}{"cpu s",8}{"x cp",7}{"best x cp",11}{"private MiB",13}{"resident MiB",14}";

    /// <summary>Adds a run.</summary>
    public Measurement Add(Measurement run)
    {
        _runs.Add(run);
        return run;
    }

    /// <summary>
    /// The line: the median, the fastest and the slowest run, and the median of the ratios to the peer's run of the same round, so that
    /// what slows the machine for a while slows both; then the ratio of the two fastest runs.
    /// </summary>
    public override string ToString()
    {
        if (_runs.Count == 0)
        {
            return $"{name,-30}{"-",10}";
        }

        double median = Median(_runs.Select(run => run.Seconds));
        string ratios = peer is null || peer._runs.Count != _runs.Count
            ? $"{"",7}{"",11}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Median(_runs.Zip(peer._runs, (mine, its) => mine.Seconds / its.Seconds)),7:F2}"
                + $"{_runs.Min(run => run.Seconds) / peer._runs.Min(run => run.Seconds),11:F2}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-30}{median,10:F2}{_runs.Min(run => run.Seconds),7:F2}{_runs.Max(run => run.Seconds),7:F2}"
            + $"{bytes / median / 1e6,8:F0}{Median(_runs.Select(run => run.CpuSeconds)),8:F2}{ratios}"
            + $"{_runs.Max(run => run.PrivateBytes) >> 20,13}{_runs.Max(run => run.ResidentBytes) >> 20,14}");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
