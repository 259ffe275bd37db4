using System.Globalization;
using System.Text;

namespace Hartonomous.Core.Formats;

/// <summary>Text from files, made fit for an error message.</summary>
internal static class ErrorText
{
    private const int MaxLength = 80;

    /// <summary>
    /// The text in quotes, cut to 80 characters; control, format and unpaired surrogate characters, which could garble a terminal or
    /// turn the reading direction of a log, as <c>\uXXXX</c>.
    /// </summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        for (int i = 0; i < Math.Min(text.Length, MaxLength); i++)
        {
            char c = text[i];
            UnicodeCategory category = char.GetUnicodeCategory(c);
            bool hidden = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (hidden)
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append(text.Length > MaxLength ? "…'" : "'").ToString();
    }
}
