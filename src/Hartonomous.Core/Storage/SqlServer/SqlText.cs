using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Texts as the database keeps them. Names in model files may hold anything; what not every server keeps (controls, halves of surrogate pairs)
/// becomes U+F8FF, which is for private use, and its code in four hexadecimal digits. So does U+F8FF.
/// </summary>
internal static class SqlText
{
    private const char Mark = '\uF8FF';

    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(c => IsCoded(c) || char.IsSurrogate(c))]);

    private static readonly SearchValues<char> JsonSuspects = SearchValues.Create("\"\\");

    /// <summary>The text to keep.</summary>
    public static string Encode(string text)
    {
        int first = text.AsSpan().IndexOfAny(Suspects);
        if (first < 0)
        {
            return text;
        }

        StringBuilder encoded = new(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                encoded.Append(text[i]).Append(text[++i]);
            }
            else if (IsCoded(text[i]) || char.IsSurrogate(text[i]))
            {
                Append(encoded, text[i]);
            }
            else
            {
                encoded.Append(text[i]);
            }
        }

        return encoded.ToString();
    }

    /// <summary>
    /// The text to keep as a JSON string. Quotation marks and backslashes have their codes instead of JSON's escapes, which not every server
    /// undoes; <c>sp_RecordModel</c> puts them back.
    /// </summary>
    public static string ToJson(string text)
    {
        string encoded = Encode(text);
        if (encoded.AsSpan().IndexOfAny(JsonSuspects) < 0)
        {
            return $"\"{encoded}\"";
        }

        StringBuilder json = new("\"", encoded.Length + 16);
        foreach (char c in encoded)
        {
            if (JsonSuspects.Contains(c))
            {
                Append(json, c);
            }
            else
            {
                json.Append(c);
            }
        }

        return json.Append('"').ToString();
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

    private static bool IsCoded(char c) => c == Mark || char.IsControl(c);

    private static void Append(StringBuilder text, char c) => text.Append(Mark).Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
}
