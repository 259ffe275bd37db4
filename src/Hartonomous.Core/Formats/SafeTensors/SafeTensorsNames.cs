using System.Globalization;
using System.Text.RegularExpressions;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>How the files of a sharded SafeTensors model are named.</summary>
internal static partial class SafeTensorsNames
{
    /// <summary>The usual extension.</summary>
    public const string Extension = ".safetensors";

    /// <summary>Whether a file is an index by its name: <c>model.safetensors.index.json</c>, <c>model.safetensors.index.fp16.json</c>.</summary>
    public static bool IsIndex(string fileName) => IndexPattern().IsMatch(fileName);

    /// <summary>The name of a file without extension, shard number and index suffix.</summary>
    public static string Stem(string fileName) =>
        IndexPattern().Match(fileName) is { Success: true } index ? index.Groups["stem"].Value
        : ShardPattern().Match(fileName) is { Success: true } shard ? shard.Groups["stem"].Value
        : fileName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? fileName[..^Extension.Length]
        : Path.GetFileNameWithoutExtension(fileName);

    /// <summary>
    /// The names of the set of which a file is a shard by its name (<c>model-00002-of-00003.safetensors</c>), in order, or null for a file
    /// without a number. They are made one after the other: the total comes from a name and may be any.
    /// </summary>
    public static IEnumerable<string>? Siblings(string fileName)
    {
        Match match = ShardPattern().Match(fileName);
        if (!match.Success ||
            !int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ||
            !int.TryParse(match.Groups["total"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int total) ||
            number < 1 || number > total)
        {
            return null;
        }

        string stem = match.Groups["stem"].Value;
        string suffix = fileName[(match.Groups["number"].Index + match.Groups["number"].Length)..];
        string width = $"D{match.Groups["number"].Length}";
        return Enumerable.Range(1, total).Select(at => $"{stem}-{at.ToString(width, CultureInfo.InvariantCulture)}{suffix}");
    }

    [GeneratedRegex(@"^(?<stem>.+)\.safetensors\.index(\.[\w-]+)?\.json$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex IndexPattern();

    [GeneratedRegex(
        @"^(?<stem>.+)-(?<number>[0-9]{1,9})-of-(?<total>[0-9]{1,9})(\.[\w-]+)?\.safetensors$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ShardPattern();
}
