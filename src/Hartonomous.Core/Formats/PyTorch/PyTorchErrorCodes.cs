namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Codes of the PyTorch reader's errors. What is wrong with the archive itself has a code of <see cref="Zip.ZipErrorCodes"/>, what is wrong
/// with a pickle as such one of <see cref="PickleErrorCodes"/>.
/// </summary>
public static class PyTorchErrorCodes
{
    /// <summary>The file names classes or functions that weights do not need; the error lists all of them. Nothing was run.</summary>
    public const string Global = "PYTORCH_GLOBAL";

    /// <summary>The file is a pickle, but does not begin with PyTorch's magic number.</summary>
    public const string Magic = "PYTORCH_MAGIC";

    /// <summary>The archive has no <c>data.pkl</c>, or more than one folder with one.</summary>
    public const string Root = "PYTORCH_ROOT";

    /// <summary>The version of the format is no number, or none that is known.</summary>
    public const string Version = "PYTORCH_VERSION";

    /// <summary>The byte order is neither <c>little</c> nor <c>big</c>.</summary>
    public const string ByteOrder = "PYTORCH_BYTE_ORDER";

    /// <summary>The description of the system that wrote a legacy file is not as it should be.</summary>
    public const string SysInfo = "PYTORCH_SYS_INFO";

    /// <summary>A persistent id is no storage.</summary>
    public const string PersistentId = "PYTORCH_PERSISTENT_ID";

    /// <summary>A storage or tensor holds values of a kind that is not known.</summary>
    public const string Dtype = "PYTORCH_DTYPE";

    /// <summary>The key of a storage is no plain name.</summary>
    public const string StorageKey = "PYTORCH_STORAGE_KEY";

    /// <summary>A storage that tensors need is not in the file, or a storage of the file's list is not described.</summary>
    public const string StorageMissing = "PYTORCH_STORAGE_MISSING";

    /// <summary>A storage has another length than its number of values needs.</summary>
    public const string StorageSize = "PYTORCH_STORAGE_SIZE";

    /// <summary>A storage is described twice, with different kinds or numbers of values.</summary>
    public const string StorageConflict = "PYTORCH_STORAGE_CONFLICT";

    /// <summary>A call that makes a tensor has other arguments than it needs.</summary>
    public const string Rebuild = "PYTORCH_REBUILD";

    /// <summary>A tensor's offset, size or strides are negative, contradict each other, or reach beyond its storage.</summary>
    public const string View = "PYTORCH_VIEW";

    /// <summary>A tensor has more dimensions than the limit.</summary>
    public const string Rank = "PYTORCH_RANK";

    /// <summary>Repeated values or shared containers would make far more of the file than it holds.</summary>
    public const string Expansion = "PYTORCH_EXPANSION";

    /// <summary>A container holds itself.</summary>
    public const string Cycle = "PYTORCH_CYCLE";

    /// <summary>Containers are nested deeper than the limit.</summary>
    public const string Depth = "PYTORCH_DEPTH";

    /// <summary>A tensor lies under a key that is no name, or its name is too long.</summary>
    public const string Name = "PYTORCH_NAME";

    /// <summary>Two tensors have the same name.</summary>
    public const string DuplicateTensor = "PYTORCH_DUPLICATE_TENSOR";

    /// <summary>The file has more tensors than the limit.</summary>
    public const string TensorCount = "PYTORCH_TENSOR_COUNT";

    /// <summary>A legacy file goes on behind its last storage.</summary>
    public const string TrailingData = "PYTORCH_TRAILING_DATA";

    /// <summary>A legacy file ends before its last storage does.</summary>
    public const string DataTruncated = "PYTORCH_DATA_TRUNCATED";

    /// <summary>A tar archive is damaged, or has a member that is no plain file (a link, a device), or lacks one that is needed.</summary>
    public const string Tar = "PYTORCH_TAR";

    /// <summary>A file of a numbered set of shards that has no index is not there.</summary>
    public const string ShardMissing = "PYTORCH_SHARD_MISSING";

    /// <summary>An index file is longer than the limit or lists more tensors than the limit.</summary>
    public const string IndexTooLarge = "PYTORCH_INDEX_TOO_LARGE";

    /// <summary>An index file is no UTF-8 JSON object.</summary>
    public const string IndexJson = "PYTORCH_INDEX_JSON";

    /// <summary>An index file is nested deeper than the limit.</summary>
    public const string IndexDepth = "PYTORCH_INDEX_DEPTH";

    /// <summary>A key stands twice in one object of an index file, a tensor in two shards for example.</summary>
    public const string IndexDuplicateKey = "PYTORCH_INDEX_DUPLICATE_KEY";

    /// <summary>An index file has no <c>weight_map</c>, or one that is not an object of file names, or an empty one.</summary>
    public const string IndexWeightMap = "PYTORCH_INDEX_WEIGHT_MAP";

    /// <summary>A shard that an index names is not there.</summary>
    public const string IndexShardMissing = "PYTORCH_INDEX_SHARD_MISSING";

    /// <summary>A tensor is not in the shard in which the index places it.</summary>
    public const string IndexTensorMissing = "PYTORCH_INDEX_TENSOR_MISSING";

    /// <summary>A shard holds a tensor that the index does not list.</summary>
    public const string IndexTensorUnlisted = "PYTORCH_INDEX_TENSOR_UNLISTED";
}
