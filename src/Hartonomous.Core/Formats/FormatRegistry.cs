using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats;

/// <summary>The formats this version reads, in the order in which they are asked about a file.</summary>
public static class FormatRegistry
{
    /// <summary>How many of a file's first bytes the formats are shown.</summary>
    public const int HeaderSize = 4096;

    /// <summary>All formats.</summary>
    public static IReadOnlyList<IModelFormat> All { get; } = [];

    /// <summary>The implementation of a format, or null where this version has none.</summary>
    public static IModelFormat? Find(ModelFormat format) => All.FirstOrDefault(candidate => candidate.Format == format);
}
