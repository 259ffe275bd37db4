namespace Hartonomous.Core.Formats;

/// <summary>Knows files that are no model this version reads by their first bytes, to say what they are instead.</summary>
internal static class ForeignSignatures
{
    private const int TarMagicOffset = 257;

    private static readonly (byte[] Magic, int Offset, string Description)[] Magics =
    [
        ("version https://git-lfs"u8.ToArray(), 0, "a Git LFS pointer: the file itself has not been downloaded (git lfs pull fetches it)"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0, "a 7-Zip archive"),
        ("Rar!\x1A\x07"u8.ToArray(), 0, "a RAR archive"),
        ([0x1F, 0x8B, 0x08], 0, "gzip data"),
        ([0x28, 0xB5, 0x2F, 0xFD], 0, "Zstandard data"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], 0, "xz data"),
        ("ustar"u8.ToArray(), TarMagicOffset, "a tar archive"),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], 0, "a NumPy array (.npy)"),
        ("TFL3"u8.ToArray(), 4, "a TensorFlow Lite model"),
        ("lmgg"u8.ToArray(), 0, "a ggml model from before GGUF"),
        ("fmgg"u8.ToArray(), 0, "a ggml model from before GGUF"),
        ("tjgg"u8.ToArray(), 0, "a ggml model from before GGUF"),
        ("<!DOCTYPE html"u8.ToArray(), 0, "an HTML page, as a failed download leaves it"),
        ("<!doctype html"u8.ToArray(), 0, "an HTML page, as a failed download leaves it"),
        ("<html"u8.ToArray(), 0, "an HTML page, as a failed download leaves it"),
    ];

    // ir_version of ModelProto or saved_model_schema_version of SavedModel, then a length-delimited field of either message.
    private static ReadOnlySpan<byte> TagsAfterVersion => [0x12, 0x1A, 0x22, 0x32, 0x3A, 0x42];

    /// <summary>What a file is by an unmistakable signature, or null.</summary>
    /// <param name="header">The first bytes of the file, as many as <see cref="FormatRegistry.HeaderSize"/>.</param>
    public static string? Find(ReadOnlySpan<byte> header)
    {
        if (header.StartsWith("PK\x03\x04"u8) || header.StartsWith("PK\x05\x06"u8))
        {
            return "a ZIP archive";
        }

        foreach ((byte[] magic, int offset, string description) in Magics)
        {
            if (header.Length >= offset + magic.Length && header[offset..].StartsWith(magic))
            {
                return description;
            }
        }

        return null;
    }

    /// <summary>What a file may be that has no signature but looks like one of the formats without any, or null.</summary>
    /// <param name="header">The first bytes of the file.</param>
    public static string? Guess(ReadOnlySpan<byte> header) =>
        header.Length >= 4 && header[0] == 0x08 && header[1] is >= 1 and <= 32 && TagsAfterVersion.Contains(header[2])
            ? "a protobuf message, as ONNX and TensorFlow models are"
            : null;
}
