namespace Hartonomous.Core.Formats.Zip;

/// <summary>Codes of the ZIP directory reader's errors.</summary>
public static class ZipErrorCodes
{
    /// <summary>
    /// The file does not end in an end of central directory record: it is no ZIP archive, is cut, or has bytes behind its end.
    /// </summary>
    public const string End = "ZIP_END";

    /// <summary>The archive is split over several files.</summary>
    public const string Split = "ZIP_SPLIT";

    /// <summary>ZIP64 records or fields are missing, too short, or contradict the others.</summary>
    public const string Zip64 = "ZIP_ZIP64";

    /// <summary>Bytes that belong to no entry stand before the archive.</summary>
    public const string Prefix = "ZIP_PREFIX";

    /// <summary>The central directory is not where and as long as the end of the archive says, or an entry of it is damaged.</summary>
    public const string Directory = "ZIP_DIRECTORY";

    /// <summary>The archive has more entries, or a longer directory, than the limits.</summary>
    public const string EntryCount = "ZIP_ENTRY_COUNT";

    /// <summary>An entry's name is empty, no UTF-8, absolute, or has a part that climbs (<c>..</c>).</summary>
    public const string Name = "ZIP_NAME";

    /// <summary>Two entries have the same name.</summary>
    public const string Duplicate = "ZIP_DUPLICATE";

    /// <summary>An entry is encrypted.</summary>
    public const string Encrypted = "ZIP_ENCRYPTED";

    /// <summary>An entry is compressed by another method than deflate.</summary>
    public const string Method = "ZIP_METHOD";

    /// <summary>An entry's local header is not there, or says something else than the central directory.</summary>
    public const string LocalHeader = "ZIP_LOCAL_HEADER";

    /// <summary>Two entries share bytes, or one reaches into the central directory.</summary>
    public const string Overlap = "ZIP_OVERLAP";

    /// <summary>An entry claims to be over 4 GiB and over 100 times as long as its compressed form.</summary>
    public const string Ratio = "ZIP_RATIO";

    /// <summary>A stored entry has two different sizes, or a compressed one does not give as many bytes as it claims.</summary>
    public const string Size = "ZIP_SIZE";

    /// <summary>An entry that has to be read as a whole is longer than the limit.</summary>
    public const string EntryTooLarge = "ZIP_ENTRY_TOO_LARGE";

    /// <summary>An entry's compressed form is no valid deflate stream.</summary>
    public const string Deflate = "ZIP_DEFLATE";

    /// <summary>An entry's content has another CRC-32 than the directory says.</summary>
    public const string Crc = "ZIP_CRC";
}
