namespace Hartonomous.Core.Pruning.Imatrix;

/// <summary>Codes of the errors of importance matrices (<c>llama-imatrix</c>). They are stable: scripts may rely on them.</summary>
public static class ImatrixErrorCodes
{
    /// <summary>The file has no entries, or declares more than its rest can hold.</summary>
    public const string EntryCount = "IMATRIX_ENTRY_COUNT";

    /// <summary>A name is empty, longer than 4,096 bytes, or longer than the rest of the file.</summary>
    public const string NameLength = "IMATRIX_NAME_LENGTH";

    /// <summary>A name is not valid UTF-8.</summary>
    public const string NameUtf8 = "IMATRIX_NAME_UTF8";

    /// <summary>Two entries have the same name.</summary>
    public const string NameDuplicate = "IMATRIX_NAME_DUPLICATE";

    /// <summary>An entry has no values, or more than the rest of the file can hold.</summary>
    public const string ValueCount = "IMATRIX_VALUE_COUNT";

    /// <summary>An entry's number of calls is negative.</summary>
    public const string CallCount = "IMATRIX_CALL_COUNT";

    /// <summary>A sum of squares, or a count of tokens, is negative, infinite or NaN.</summary>
    public const string Value = "IMATRIX_VALUE";

    /// <summary>The file ends within a number or an entry.</summary>
    public const string Truncated = "IMATRIX_TRUNCATED";

    /// <summary>The file goes on after the name of its data set, or that name's length is none.</summary>
    public const string Trailer = "IMATRIX_TRAILER";

    /// <summary>A GGUF file does not say that it is an importance matrix.</summary>
    public const string Type = "IMATRIX_TYPE";

    /// <summary>In a GGUF file, an entry lacks its sums or its counts, or these do not fit each other.</summary>
    public const string Counts = "IMATRIX_COUNTS";
}
