namespace Hartonomous.Core.Formats;

/// <summary>Codes of the errors that no single format owns: files, folders and detection.</summary>
public static class FormatErrorCodes
{
    /// <summary>The path names nothing.</summary>
    public const string FileNotFound = "FILE_NOT_FOUND";

    /// <summary>The file holds no bytes, or is a device or pipe.</summary>
    public const string FileEmpty = "FILE_EMPTY";

    /// <summary>The file ended before the bytes that its own structure, or its size when it was opened, promised.</summary>
    public const string FileTruncated = "FILE_TRUNCATED";

    /// <summary>The content is that of no known model format.</summary>
    public const string FormatUnknown = "FORMAT_UNKNOWN";

    /// <summary>The content is that of a known format that this version does not read.</summary>
    public const string FormatUnsupported = "FORMAT_UNSUPPORTED";

    /// <summary>The folder holds no model.</summary>
    public const string FolderNoModel = "FOLDER_NO_MODEL";

    /// <summary>A path in a model's own files leaves the model's folder.</summary>
    public const string PathEscape = "PATH_ESCAPE";

    /// <summary>A folder holds several models where one is expected.</summary>
    public const string FolderSeveralModels = "FOLDER_SEVERAL_MODELS";
}
