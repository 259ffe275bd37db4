using System.Text;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Zip;

namespace Hartonomous.Core.Formats.Keras;

/// <summary>
/// A <c>.keras</c> archive (<c>keras/src/saving/saving_lib.py</c>): configuration, metadata, and weights in HDF5, in a ZIP file.
/// </summary>
/// <param name="Weights">The HDF5 file within; to be disposed.</param>
/// <param name="Entry">Where in the archive it lies, and whether it lies there as it is.</param>
/// <param name="Config">What <c>config.json</c> holds, or null.</param>
/// <param name="Metadata">What <c>metadata.json</c> holds, or null.</param>
internal sealed record KerasArchive(ByteSource Weights, ZipEntry Entry, string? Config, string? Metadata)
{
    private const string WeightsName = "model.weights.h5";
    private const string ConfigName = "config.json";
    private const string MetadataName = "metadata.json";
    /// <summary>Whether a file begins as a ZIP archive does.</summary>
    public static bool IsZip(ReadOnlySpan<byte> header) => header.StartsWith("PK\x03\x04"u8) || header.StartsWith("PK\x05\x06"u8);

    /// <summary>Whether an archive with these entries is one of Keras, with weights of whatever kind or without them.</summary>
    public static bool Matches(IReadOnlyList<string> names) =>
        names.Contains(WeightsName) || (names.Contains(ConfigName) && names.Contains(MetadataName));

    /// <summary>Opens an archive. Weights that lie in it deflated are inflated, into a temporary file where they are long.</summary>
    /// <exception cref="ModelFormatException">The archive is damaged, or holds no weights that can be read.</exception>
    public static KerasArchive Open(ByteSource file, ReadLimits limits, CancellationToken cancellation)
    {
        ZipDirectory archive = ZipDirectory.Read(file, limits, cancellation);
        if (archive.Find(WeightsName) is not { } entry)
        {
            ZipEntry? other = archive.Entries.FirstOrDefault(candidate =>
                candidate.Name.EndsWith(".weights.npz", StringComparison.Ordinal) ||
                    candidate.Name.EndsWith(".weights.h5", StringComparison.Ordinal)
                || candidate.Name.EndsWith(".weights.json", StringComparison.Ordinal));
            throw other is null
                ? new ModelFormatException(KerasErrorCodes.WeightsMissing, file.Name, null, $"the archive holds no {WeightsName}")
                : new ModelFormatException(
                    KerasErrorCodes.WeightsUnsupported,
                    file.Name,
                    other.HeaderOffset,
                    $"the archive keeps its weights in {ErrorText.Quote(other.Name)}; only {WeightsName} is read");
        }

        string? config = ReadText(archive, ConfigName, limits);
        string? metadata = ReadText(archive, MetadataName, limits);
        return new KerasArchive(archive.OpenRandom(entry), entry, config, metadata);
    }

    private static string? ReadText(ZipDirectory archive, string name, ReadLimits limits) =>
        archive.Find(name) is { } entry ? Encoding.UTF8.GetString(archive.ReadBytes(entry, limits.ConfigBytes)) : null;
}
