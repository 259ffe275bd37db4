using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Hartonomous.Cli.Output;

/// <summary>
/// Makes text from files fit for a terminal. Names of tensors, metadata and paths come from files that anyone may have written: they can
/// hold escape sequences, characters that turn the reading direction, and the markup of the console library.
/// </summary>
internal static class SafeText
{
    /// <summary>
    /// The text with every character that is not shown but does something as <c>\uXXXX</c>: control and format characters (among them
    /// escape and the bidirectional overrides), line and paragraph separators, halves of surrogate pairs.
    /// </summary>
    public static string Show(string text)
    {
        StringBuilder? shown = null;
        for (int i = 0; i < text.Length;)
        {
            bool isRune = Rune.TryGetRuneAt(text, i, out Rune rune);
            int length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && !IsHidden(rune))
            {
                shown?.Append(text, i, length);
            }
            else
            {
                shown ??= new StringBuilder(text, 0, i, text.Length + 16);
                int value = isRune ? rune.Value : text[i];
                shown.Append(value > 0xFFFF ? $"\\U{value:X8}" : $"\\u{value:X4}");
            }

            i += length;
        }

        return shown?.ToString() ?? text;
    }

    /// <summary><see cref="Show(string)"/>, cut to a number of characters, the last of which is then an ellipsis.</summary>
    public static string Show(string text, int maxLength)
    {
        // Showing only lengthens: what is cut before need not be shown.
        string shown = Show(text.Length > maxLength + 1 ? text[..(maxLength + 1)] : text);
        if (shown.Length <= maxLength)
        {
            return shown;
        }

        int end = char.IsHighSurrogate(shown[maxLength - 2]) ? maxLength - 2 : maxLength - 1;
        return string.Concat(shown.AsSpan(0, end), "…");
    }

    /// <summary><see cref="Show(string, int)"/> for the places where the console library reads markup.</summary>
    public static string Markup(string text, int maxLength) => Show(text, maxLength).EscapeMarkup();

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
