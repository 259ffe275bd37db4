using System.Globalization;
using System.Text;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Texts as the database keeps them. Names in model files may hold anything; characters that not every server keeps or that JSON cannot
/// carry (NUL, halves of surrogate pairs) become U+F8FF, which is for private use, and their code in four hexadecimal digits. So does U+F8FF.
/// </summary>
internal static class SqlText
{
    private const char Mark = '\uF8FF';

    /// <summary>The text to keep.</summary>
    public static string Encode(string text)
    {
        if (!NeedsCode(text))
        {
            return text;
        }

        StringBuilder encoded = new(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                encoded.Append(text[i]).Append(text[++i]);
            }
            else if (text[i] is '\0' or Mark || char.IsSurrogate(text[i]))
            {
                encoded.Append(Mark).Append(((int)text[i]).ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                encoded.Append(text[i]);
            }
        }

        return encoded.ToString();
    }

    /// <summary>The text that was kept.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains(Mark, StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder decoded = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == Mark && i + 4 < text.Length &&
                ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
            {
                decoded.Append((char)code);
                i += 4;
            }
            else
            {
                decoded.Append(text[i]);
            }
        }

        return decoded.ToString();
    }

    private static bool NeedsCode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '\0' or Mark)
            {
                return true;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }
}
