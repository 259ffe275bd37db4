namespace Hartonomous.Commands;

/// <summary>Codes of the errors that the cmdlets add to those of the core.</summary>
internal static class HartErrorCodes
{
    /// <summary>The path is not one of the file system.</summary>
    public const string PathProvider = "PATH_PROVIDER";

    /// <summary>A name was given for more than one model.</summary>
    public const string NameForSeveral = "NAME_FOR_SEVERAL";

    /// <summary>One file was named for the tensors of more than one model.</summary>
    public const string OutFileForSeveral = "OUT_FILE_FOR_SEVERAL";

    /// <summary>A histogram cannot be as it was asked for.</summary>
    public const string Histogram = "HISTOGRAM_OPTIONS";

    /// <summary>The name cannot be a model's.</summary>
    public const string ModelName = "MODEL_NAME";

    /// <summary>A model changed between looking at its tensors and importing them.</summary>
    public const string SelectionStale = "SELECTION_STALE";

    /// <summary>An item of a drive has no content.</summary>
    public const string DriveContent = "DRIVE_CONTENT";

    /// <summary>A quota is less than 0.</summary>
    public const string Quota = "QUOTA_NEGATIVE";

    /// <summary>A file or folder could not be read or written.</summary>
    public const string FileAccess = "IO_ERROR";

    /// <summary>The account may not do this with a file or folder.</summary>
    public const string AccessDenied = "ACCESS_DENIED";

    /// <summary>The store's database failed.</summary>
    public const string DatabaseError = "DATABASE_ERROR";

    /// <summary>A native library is missing.</summary>
    public const string NativeLibrary = "NATIVE_LIBRARY";
}
