namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Codes of the errors of Snappy-compressed blocks. They are stable: scripts may rely on them.</summary>
public static class SnappyErrorCodes
{
    /// <summary>The length of the content is absent, or no number of 32 bits.</summary>
    public const string Length = "SNAPPY_LENGTH";

    /// <summary>The content is said to be longer than is accepted.</summary>
    public const string TooLarge = "SNAPPY_TOO_LARGE";

    /// <summary>The content is said to be longer than so few compressed bytes can give.</summary>
    public const string Expansion = "SNAPPY_EXPANSION";

    /// <summary>The compressed bytes end within an element.</summary>
    public const string Truncated = "SNAPPY_TRUNCATED";

    /// <summary>A copy begins before the content does, or 0 bytes back.</summary>
    public const string Offset = "SNAPPY_OFFSET";

    /// <summary>The elements give more bytes than the length says.</summary>
    public const string Overrun = "SNAPPY_OVERRUN";

    /// <summary>The elements give fewer bytes than the length says.</summary>
    public const string Short = "SNAPPY_SHORT";
}
