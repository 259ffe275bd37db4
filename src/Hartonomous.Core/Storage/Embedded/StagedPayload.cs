namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// A payload that lies in a pack, or waits in memory where it is small, for the commit that indexes it. A pack offset of -1 means that it has
/// no frame: it is small, or empty.
/// </summary>
/// <param name="PackId">The pack.</param>
/// <param name="PackOffset">Where the frame begins.</param>
/// <param name="SizeBytes">Length of the content.</param>
/// <param name="Content">The content itself, where it is small.</param>
internal readonly record struct StagedPayload(long PackId, long PackOffset, long SizeBytes, byte[]? Content)
{
    /// <summary>Payloads of up to so many bytes lie beside their atoms in the database: the frame of a pack alone has 80.</summary>
    public const int InlineBytes = 256;

    /// <summary>A payload that lies in a pack.</summary>
    public static StagedPayload InPack(long packId, long packOffset, long sizeBytes) => new(packId, packOffset, sizeBytes, null);

    /// <summary>A small payload, or an empty one.</summary>
    public static StagedPayload Inline(ReadOnlySpan<byte> content) => new(0, -1, content.Length, content.Length == 0 ? null : content.ToArray());
}
