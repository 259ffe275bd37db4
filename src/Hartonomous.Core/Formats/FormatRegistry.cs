using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Keras;
using Hartonomous.Core.Formats.Onnx;
using Hartonomous.Core.Formats.PyTorch;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats;

/// <summary>The formats this version reads, in the order in which they are asked about a file.</summary>
public static class FormatRegistry
{
    /// <summary>How many of a file's first bytes the formats are shown.</summary>
    public const int HeaderSize = 4096;

    /// <summary>
    /// All formats. Where a folder holds the same weights in several of them, the first one counts that keeps its configuration beside.
    /// </summary>
    public static IReadOnlyList<IModelFormat> All { get; } =
        [new GgufFormat(), new SafeTensorsFormat(), new PyTorchFormat(), new KerasFormat(), new OnnxFormat(), new TensorFlowFormat()];

    /// <summary>The implementation of a format, or null where this version has none.</summary>
    public static IModelFormat? Find(ModelFormat format) => All.FirstOrDefault(candidate => candidate.Format == format);

    /// <summary>The format whose index a file is by its name (<c>model.safetensors.index.json</c>), or null.</summary>
    public static IModelFormat? FindByIndex(string fileName) => All.FirstOrDefault(candidate => candidate.IsIndex(fileName));

    /// <summary>The format of which a file of this name makes its folder a model, or null.</summary>
    public static IModelFormat? FindByMarker(string fileName) => All.FirstOrDefault(candidate => candidate.IsFolderMarker(fileName));

    /// <summary>The format of a file, found from its content; the extension decides only where they say nothing.</summary>
    /// <exception cref="ModelFormatException">
    /// The file is not there or holds nothing, is of a known kind that this version does not read (<c>FORMAT_UNSUPPORTED</c>), or of none
    /// (<c>FORMAT_UNKNOWN</c>).
    /// </exception>
    public static FormatDetection Detect(string path)
    {
        FormatDetection detection = Examine(path);
        if (detection.Format is not null)
        {
            return detection;
        }

        throw detection.Foreign is { } foreign
            ? new ModelFormatException(FormatErrorCodes.FormatUnsupported, path, 0, $"this is {foreign}, which this version does not read")
            : new ModelFormatException(FormatErrorCodes.FormatUnknown, path, 0, "the file is of no known model format");
    }

    /// <summary>What a file is; reads its first bytes, and its last where a format's signature or directory stands there.</summary>
    /// <exception cref="ModelFormatException">The file is not there or holds nothing.</exception>
    public static FormatDetection Examine(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (All.FirstOrDefault(format => format.IsShard(path)) is { } owner)
        {
            return new FormatDetection(owner, false, null);
        }

        using FileByteSource file = FileByteSource.Open(path);
        Span<byte> buffer = stackalloc byte[HeaderSize];
        ReadOnlySpan<byte> header = ReadHeader(file, buffer);
        if (FindByContent(file, header) is { } found)
        {
            return found;
        }

        if (ForeignSignatures.Find(header) is { } foreign)
        {
            return new FormatDetection(null, true, foreign);
        }

        return FindByExtension(path) is { } named
            ? new FormatDetection(named, false, null)
            : new FormatDetection(null, false, ForeignSignatures.Guess(header));
    }

    /// <summary>The format that usually has a file's extension, or null.</summary>
    internal static IModelFormat? FindByExtension(string path)
    {
        string extension = Path.GetExtension(path);
        return extension.Length == 0
            ? null
            : All.FirstOrDefault(format => format.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>What a file that a reader refused is by an unmistakable signature, or null.</summary>
    internal static string? FindForeign(string path)
    {
        using FileByteSource file = FileByteSource.Open(path);
        Span<byte> buffer = stackalloc byte[HeaderSize];
        ReadOnlySpan<byte> header = ReadHeader(file, buffer);
        return FindByContent(file, header) is null ? ForeignSignatures.Find(header) : null;
    }

    private static FormatDetection? FindByContent(FileByteSource file, ReadOnlySpan<byte> header)
    {
        foreach (IModelFormat format in All)
        {
            if (format.Matches(file, header))
            {
                return new FormatDetection(format, true, null);
            }
        }

        foreach (IModelFormat format in All)
        {
            if (format.Resembles(header))
            {
                return new FormatDetection(format, false, null);
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> ReadHeader(FileByteSource file, Span<byte> buffer)
    {
        Span<byte> header = buffer[..(int)Math.Min(buffer.Length, file.Length)];
        file.ReadExactly(0, header);
        return header;
    }
}
