using System.Globalization;
using System.Text.RegularExpressions;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Shards;

/// <summary>How the files of a sharded model of one format are named, and the codes of the errors of its shards.</summary>
/// <param name="Format">The format.</param>
/// <param name="IndexPattern">Names of indexes; the group <c>stem</c> is the model's name.</param>
/// <param name="ShardPattern">Names of numbered shards; the groups are <c>stem</c>, <c>number</c> and <c>total</c>.</param>
/// <param name="Codes">The codes.</param>
internal sealed record ShardScheme(ModelFormat Format, Regex IndexPattern, Regex ShardPattern, ShardCodes Codes)
{
    /// <summary>Whether a file is an index by its name: <c>model.safetensors.index.json</c>, <c>model.safetensors.index.fp16.json</c>.</summary>
    public bool IsIndex(string fileName) => IndexPattern.IsMatch(fileName);

    /// <summary>The name of a file without extension, shard number and index suffix.</summary>
    public string Stem(string fileName) =>
        IndexPattern.Match(fileName) is { Success: true } index ? index.Groups["stem"].Value
        : ShardPattern.Match(fileName) is { Success: true } shard ? shard.Groups["stem"].Value
        : Path.GetFileNameWithoutExtension(fileName);

    /// <summary>
    /// The names of the set of which a file is a shard by its name (<c>model-00002-of-00003.safetensors</c>), in order, or null for a file
    /// without a number. They are made one after the other: the total comes from a name and may be any.
    /// </summary>
    public IEnumerable<string>? Siblings(string fileName)
    {
        Match match = ShardPattern.Match(fileName);
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
}
