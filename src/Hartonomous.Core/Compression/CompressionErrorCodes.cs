namespace Hartonomous.Core.Compression;

/// <summary>Codes of the <see cref="Storage.StoreException"/> that compressing and expanding end in.</summary>
public static class CompressionErrorCodes
{
    /// <summary>A tensor that is to be put together has no factors.</summary>
    public const string NoFactors = "FACTORS_NOT_FOUND";

    /// <summary>The model's files cannot be written anew with tensors put together from factors.</summary>
    public const string Format = "REBUILD_FORMAT";
}
