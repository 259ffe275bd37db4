using System.Globalization;
using System.Text.RegularExpressions;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// The name of one file of a split model, <c>STEM-00002-of-00003.gguf</c>, as <c>llama_split_path</c> of llama.cpp makes it
/// (<c>%s-%05d-of-%05d.gguf</c>).
/// </summary>
/// <param name="Stem">What all files' names begin with.</param>
/// <param name="Number">Place of the file, counted from 1.</param>
/// <param name="Count">Number of files.</param>
/// <param name="Extension">The extension with its dot, as it is spelled.</param>
internal sealed partial record GgufSplitName(string Stem, int Number, int Count, string Extension)
{
    /// <summary>Whether the numbers are possible.</summary>
    public bool IsValid => Number >= 1 && Number <= Count;

    /// <summary>Takes a file's name apart; null where it is not one of a split model.</summary>
    public static GgufSplitName? Parse(string fileName)
    {
        Match match = Pattern().Match(fileName);
        return match.Success
            ? new GgufSplitName(match.Groups[1].Value, Digits(match.Groups[2]), Digits(match.Groups[3]), match.Groups[4].Value)
            : null;
    }

    /// <summary>The name of another file of the same model.</summary>
    public string FileName(int number) => string.Create(CultureInfo.InvariantCulture, $"{Stem}-{number:D5}-of-{Count:D5}{Extension}");

    private static int Digits(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(.+)-([0-9]{5})-of-([0-9]{5})(\.gguf)\z", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
