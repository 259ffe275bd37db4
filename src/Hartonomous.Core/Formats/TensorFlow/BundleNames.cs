using System.Globalization;
using System.Text.RegularExpressions;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The names of a checkpoint's files: <c>PREFIX.index</c>, <c>PREFIX.data-00000-of-00002</c> and so on.</summary>
internal static partial class BundleNames
{
    /// <summary>Extension of the index.</summary>
    public const string IndexExtension = ".index";

    /// <summary>Extension of the graph that savers of TensorFlow 1 write beside a checkpoint.</summary>
    public const string MetaGraphExtension = ".meta";

    /// <summary>The prefix that a file with data has, or null for any other file.</summary>
    public static string? PrefixOfData(string fileName) => Data().Match(fileName) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The prefix that an index has, or null for any other file.</summary>
    public static string? PrefixOfIndex(string fileName) =>
        fileName.Length > IndexExtension.Length && fileName.EndsWith(IndexExtension, StringComparison.Ordinal)
            ? fileName[..^IndexExtension.Length]
            : null;

    /// <summary>The name of a file with data.</summary>
    public static string DataName(string prefix, int shard, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}.data-{shard:D5}-of-{count:D5}");

    /// <summary>Whether a folder holds a file with data of a checkpoint.</summary>
    public static bool HasData(string folder, string prefix) =>
        Directory.EnumerateFiles(folder).Any(path => PrefixOfData(Path.GetFileName(path)) == prefix);

    [GeneratedRegex(@"^(.+)\.data-\d{5}-of-\d{5}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Data();
}
