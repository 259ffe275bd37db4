namespace Hartonomous.Core.Storage;

/// <summary>
/// What a store holds and what deduplication saved, in bytes. The figures add up:
/// <c>BytesImported + BytesBeside = BytesStored + BytesInPlace + SavedByFile + SavedByTensor + SavedByBlock + SavedByFactors</c>.
/// </summary>
public sealed record StoreStatistics
{
    /// <summary>Number of models.</summary>
    public required long Models { get; init; }

    /// <summary>Number of tensors in all models.</summary>
    public required long Tensors { get; init; }

    /// <summary>How many of them were pruned: zeros are their content.</summary>
    public long PrunedTensors { get; init; }

    /// <summary>Number of distinct contents in use: tensors, blocks and literal pieces of files.</summary>
    public required long Atoms { get; init; }

    /// <summary>Length of all files of all models.</summary>
    public required long BytesImported { get; init; }

    /// <summary>Bytes kept for them: the payloads in use and the literal bytes in recipes.</summary>
    public required long BytesStored { get; init; }

    /// <summary>Bytes of contents in use that are not kept in the store but lie in the files they were imported from.</summary>
    public required long BytesInPlace { get; init; }

    /// <summary>Bytes of files that are equal to another stored file.</summary>
    public required long SavedByFile { get; init; }

    /// <summary>Bytes of tensors, and large literal pieces, that are equal to another in a different file or elsewhere in the same one.</summary>
    public required long SavedByTensor { get; init; }

    /// <summary>Bytes of blocks that are equal to another block, in tensors that differ.</summary>
    public required long SavedByBlock { get; init; }

    /// <summary>Bytes of tensors that are put together from factors, which <see cref="BytesBeside"/> counts.</summary>
    public required long SavedByFactors { get; init; }

    /// <summary>
    /// Bytes of tensors kept beside the files they come from: those that lie in no file in one run (strided, compressed), those of imports at
    /// work, and factors.
    /// </summary>
    public required long BytesBeside { get; init; }

    /// <summary>Bytes of payloads that nothing refers to any more.</summary>
    public required long BytesReclaimable { get; init; }

    /// <summary>Length of all the store's files on disk: payloads, their frames, metadata.</summary>
    public required long BytesOnDisk { get; init; }
}
