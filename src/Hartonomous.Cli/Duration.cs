using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Hartonomous.Cli;

/// <summary>Durations on the command line: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>01:30:00</c>.</summary>
internal static class Duration
{
    /// <summary>The option for the time a verb may take.</summary>
    public static Option<TimeSpan?> LimitOption(string description) => new("--time-limit")
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = Parse,
    };

    private static TimeSpan? Parse(ArgumentResult argument)
    {
        string text = argument.Tokens.Single().Value;
        TimeSpan? time = text is [.. string number, char unit and ('s' or 'm' or 'h')] &&
            double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count < 1e6
            ? unit switch { 's' => TimeSpan.FromSeconds(count), 'm' => TimeSpan.FromMinutes(count), _ => TimeSpan.FromHours(count) }
            : TimeSpan.TryParseExact(text, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out TimeSpan clock) ? clock : null;
        if (time is null)
        {
            argument.AddError($"--time-limit takes a time as 90s, 15m, 2h or 01:30:00, not '{text}'");
        }

        return time;
    }
}
