namespace Hartonomous.Core.Formats;

/// <summary>What a file turned out to be.</summary>
/// <param name="Format">The format whose reader is to open it, or null where none is.</param>
/// <param name="IsCertain">
/// Whether the content is of that format. If not, it is damaged, or only its extension speaks for it; the reader will say what is wrong.
/// </param>
/// <param name="Foreign">What the file is or looks like where no format of this version fits it, or null.</param>
public sealed record FormatDetection(IModelFormat? Format, bool IsCertain, string? Foreign);
