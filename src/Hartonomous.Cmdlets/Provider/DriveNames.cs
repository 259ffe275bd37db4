using System.Globalization;
using System.Text;

namespace Hartonomous.Commands;

/// <summary>
/// Names of models and tensors as parts of a path of the drive. Characters that would divide a path, and names that mean something else
/// there, are written as <c>%</c> and two hexadecimal digits.
/// </summary>
internal static class DriveNames
{
    /// <summary>Name of the item that has a model's metadata.</summary>
    public const string Metadata = "metadata";

    /// <summary>Begins the root of a drive, which is this and its name: engine and paths without a drive need a root that is not empty.</summary>
    public const char DriveMark = '@';

    /// <summary>A name as one part of a path.</summary>
    public static string Escape(string name)
    {
        StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            char letter = name[i];
            bool isSpecial = letter is '/' or '\\' || char.IsControl(letter)
                || (letter == '%' && i + 2 < name.Length && char.IsAsciiHexDigit(name[i + 1]) && char.IsAsciiHexDigit(name[i + 2]))
                || (letter == DriveMark && i == 0)
                || (letter == '.' && name.All(other => other == '.'));
            if (isSpecial)
            {
                text.Append('%').Append(((int)letter).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(letter);
            }
        }

        return text.Length == 0 ? "%" : text.ToString();
    }

    /// <summary>The parts of a path, without its empty ones.</summary>
    public static string[] Split(string? path) => (path ?? string.Empty).Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Where a tensor stands in its model: the groups, then its own name. A name is divided at slashes, and behind a number that a dot
    /// follows: <c>blk.0.attn_q.weight</c> is <c>attn_q.weight</c> in <c>blk.0</c>.
    /// </summary>
    public static IReadOnlyList<string> Path(string tensor)
    {
        List<string> parts = [];
        string[] pieces = tensor.Split('/');
        for (int i = 0; i < pieces.Length; i++)
        {
            string[] words = pieces[i].Split('.');
            int begin = 0;
            for (int end = 0; end < words.Length - 1; end++)
            {
                if (words[end].Length > 0 && words[end].All(char.IsAsciiDigit))
                {
                    parts.Add(Escape(string.Join('.', words[begin..(end + 1)])));
                    begin = end + 1;
                }
            }

            parts.Add(Escape(string.Join('.', words[begin..])));
        }

        // The item of this name is the model's metadata; a tensor so called is written differently.
        if (parts.Count == 1 && parts[0].Equals(Metadata, StringComparison.OrdinalIgnoreCase))
        {
            parts[0] = $"%{(int)tensor[0]:X2}{tensor[1..]}";
        }

        return parts;
    }
}
