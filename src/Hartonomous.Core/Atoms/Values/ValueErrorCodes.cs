namespace Hartonomous.Core.Atoms.Values;

/// <summary>Codes of the <see cref="Storage.StoreException"/> that reading and writing decoded values ends in.</summary>
public static class ValueErrorCodes
{
    /// <summary>The extension of the file to write is none of those that values are written to.</summary>
    public const string FileKind = "VALUES_FILE_KIND";

    /// <summary>The file to write holds one array, and not exactly one tensor was chosen.</summary>
    public const string SingleTensor = "VALUES_SINGLE_TENSOR";

    /// <summary>The tensors chosen cannot all be named in one file.</summary>
    public const string Name = "VALUES_NAME";

    /// <summary>The values are more than an array or the memory takes.</summary>
    public const string TooMany = "VALUES_TOO_MANY";
}
