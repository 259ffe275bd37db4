namespace Hartonomous.Core.Formats.Protobuf;

/// <summary>Where the content of a length-delimited field lies in its source. It has been held against the message around it.</summary>
/// <param name="Offset">Where the content begins, behind its length.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct ProtobufRange(long Offset, long Length)
{
    /// <summary>Where the content ends.</summary>
    public long End => Offset + Length;
}
