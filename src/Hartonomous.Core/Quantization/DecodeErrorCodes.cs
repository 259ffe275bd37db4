namespace Hartonomous.Core.Quantization;

/// <summary>Codes of the <see cref="Formats.ModelFormatException"/> that decoding ends in.</summary>
public static class DecodeErrorCodes
{
    /// <summary>The encoding has no decoder, or no encoder where values are written.</summary>
    public const string Unsupported = "DECODE_UNSUPPORTED";

    /// <summary>The bytes end before the values do, between blocks or within one.</summary>
    public const string Truncated = "DECODE_TRUNCATED";

    /// <summary>The values do not fill whole blocks of a block quantization.</summary>
    public const string Misaligned = "DECODE_MISALIGNED";

    /// <summary>There are more bytes than the values take.</summary>
    public const string TooLong = "DECODE_TOO_LONG";
}
