namespace Hartonomous.Tests.Support;

/// <summary>One entry of a ZIP archive that is to be written. What is null is written as it should be; what is set may be a lie.</summary>
internal sealed record ZipItem(string Name, byte[] Content)
{
    public bool IsDeflated { get; init; }

    public bool HasDescriptor { get; init; }

    public bool IsZip64 { get; init; }

    /// <summary>Extra bytes of the local header, as writers put them to align the content.</summary>
    public int Padding { get; init; }

    public ushort Flags { get; init; }

    public ushort? Method { get; init; }

    public uint? Crc { get; init; }

    public uint? Size { get; init; }

    public uint? CompressedSize { get; init; }

    public string? LocalName { get; init; }

    public ushort? LocalMethod { get; init; }

    public uint? LocalCrc { get; init; }

    public uint? LocalSize { get; init; }

    public uint? HeaderOffset { get; init; }

    /// <summary>Extra fields of the central directory.</summary>
    public byte[]? Extra { get; init; }

    /// <summary>Bytes in the file, in place of the content or its deflated form.</summary>
    public byte[]? Stored { get; init; }
}
