using System.CommandLine;
using System.Globalization;

namespace Hartonomous.Cli.Verbs;

/// <summary>Options that take a number within bounds.</summary>
internal static class Numbers
{
    /// <summary>A whole number, or nothing.</summary>
    public static Option<int?> Whole(string name, string description, int least, int most = int.MaxValue)
    {
        Option<int?> option = new(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 &&
                (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least || number > most))
            {
                result.AddError(most == int.MaxValue
                    ? $"{name} takes a whole number of at least {least}" : $"{name} takes a whole number from {least} to {most}");
            }
        });
        option.CustomParser = result =>
            int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        return option;
    }

    /// <summary>A number, or nothing.</summary>
    public static Option<double?> Real(string name, string description, double least, double most)
    {
        Option<double?> option = new(name) { Description = description, HelpName = "X" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!TryParse(result.Tokens[0].Value, out double number) || number < least || number > most))
            {
                result.AddError(most == double.MaxValue
                    ? string.Create(CultureInfo.InvariantCulture, $"{name} takes a number of at least {least}")
                    : string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {least} to {most}"));
            }
        });
        option.CustomParser = result => TryParse(result.Tokens[0].Value, out double number) ? number : null;
        return option;
    }

    private static bool TryParse(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
