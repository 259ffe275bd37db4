namespace Hartonomous;

/// <summary>What a store holds and what deduplication saved. Imported bytes are the stored and the saved ones.</summary>
public sealed class HartStoreStatistics
{
    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <summary>Number of models.</summary>
    public required long Models { get; init; }

    /// <summary>Number of tensors in all models.</summary>
    public required long Tensors { get; init; }

    /// <summary>How many of the tensors were pruned: zeros are their content.</summary>
    public long PrunedTensors { get; init; }

    /// <summary>Number of distinct contents in use.</summary>
    public required long Atoms { get; init; }

    /// <summary>Length of all files of all models.</summary>
    public required long BytesImported { get; init; }

    /// <summary>Bytes kept for them.</summary>
    public required long BytesStored { get; init; }

    /// <summary>Bytes of contents that lie in the files they were imported from, outside the store.</summary>
    public required long BytesInPlace { get; init; }

    /// <summary>Bytes of files that are equal to another stored file.</summary>
    public required long SavedByFile { get; init; }

    /// <summary>Bytes of tensors that are equal to another one.</summary>
    public required long SavedByTensor { get; init; }

    /// <summary>Bytes of blocks that are equal to another one, in tensors that differ.</summary>
    public required long SavedByBlock { get; init; }

    /// <summary>Bytes of tensors that are put together from factors.</summary>
    public required long SavedByFactors { get; init; }

    /// <summary>Bytes of contents that nothing refers to any more.</summary>
    public required long BytesReclaimable { get; init; }

    /// <summary>Length of the store's own files.</summary>
    public required long BytesOnDisk { get; init; }

    /// <summary>Bytes that did not have to be stored.</summary>
    public long SavedBytes => SavedByFile + SavedByTensor + SavedByBlock + SavedByFactors;

    /// <summary>Share of the imported bytes that did not have to be stored, in percent.</summary>
    public double SavedPercent => BytesImported == 0 ? 0 : Math.Round(100.0 * SavedBytes / BytesImported, 1);
}
