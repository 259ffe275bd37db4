namespace Hartonomous.Core.Atoms.Export;

/// <summary>Codes of the <see cref="Storage.StoreException"/> that converting a stored model ends in.</summary>
public static class ConversionErrorCodes
{
    /// <summary>Models are not converted to this encoding.</summary>
    public const string Dtype = "CONVERT_DTYPE";

    /// <summary>The kind of file that is named cannot hold the encoding.</summary>
    public const string FileKind = "CONVERT_FILE_KIND";

    /// <summary>A tensor cannot be in the kind of file that is written: its encoding, its number of dimensions, or its name.</summary>
    public const string Tensor = "CONVERT_TENSOR";

    /// <summary>A value of a tensor is not finite, or larger than the encoding holds.</summary>
    public const string Value = "CONVERT_VALUE";

    /// <summary>The metadata of the stored model cannot be taken over into the file that is written.</summary>
    public const string Metadata = "CONVERT_METADATA";
}
