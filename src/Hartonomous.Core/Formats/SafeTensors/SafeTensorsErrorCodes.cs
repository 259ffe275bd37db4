namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>
/// Codes of the SafeTensors reader's errors. In brackets the error of the reference reader (<c>safetensors/src/tensor.rs</c>) for the same
/// file; checks without one are this reader's own.
/// </summary>
public static class SafeTensorsErrorCodes
{
    /// <summary>The file has fewer than the 8 bytes of the header's length (HeaderTooSmall).</summary>
    public const string HeaderTooSmall = "SAFETENSORS_HEADER_TOO_SMALL";

    /// <summary>The header's length exceeds 100,000,000 bytes (HeaderTooLarge).</summary>
    public const string HeaderTooLarge = "SAFETENSORS_HEADER_TOO_LARGE";

    /// <summary>The header reaches past the end of the file (InvalidHeaderLength).</summary>
    public const string HeaderLength = "SAFETENSORS_HEADER_LENGTH";

    /// <summary>The header is not UTF-8 (InvalidHeader).</summary>
    public const string HeaderUtf8 = "SAFETENSORS_HEADER_UTF8";

    /// <summary>The header is not JSON, or an entry in it is no object (InvalidHeaderDeserialization).</summary>
    public const string HeaderJson = "SAFETENSORS_HEADER_JSON";

    /// <summary>The header does not begin with <c>{</c>, white space aside (InvalidHeaderStart in older versions).</summary>
    public const string HeaderStart = "SAFETENSORS_HEADER_START";

    /// <summary>The header is nested deeper than the limit.</summary>
    public const string Depth = "SAFETENSORS_DEPTH";

    /// <summary>A key stands twice in one object of the header; the specification forbids it.</summary>
    public const string DuplicateKey = "SAFETENSORS_DUPLICATE_KEY";

    /// <summary><c>__metadata__</c> is no object of strings, or exceeds the limits (InvalidHeaderDeserialization).</summary>
    public const string Metadata = "SAFETENSORS_METADATA";

    /// <summary>The header names more tensors than the limit.</summary>
    public const string TensorCount = "SAFETENSORS_TENSOR_COUNT";

    /// <summary>A tensor's dtype is missing or unknown (InvalidHeaderDeserialization).</summary>
    public const string Dtype = "SAFETENSORS_DTYPE";

    /// <summary>A tensor's shape is missing or no array of whole numbers (InvalidHeaderDeserialization).</summary>
    public const string Shape = "SAFETENSORS_SHAPE";

    /// <summary>A tensor's number of values or of bytes exceeds 2^63 - 1 (ValidationOverflow).</summary>
    public const string ShapeOverflow = "SAFETENSORS_SHAPE_OVERFLOW";

    /// <summary>A tensor has more dimensions than the limit.</summary>
    public const string Rank = "SAFETENSORS_RANK";

    /// <summary>A tensor's offsets are missing, no two whole numbers, or end before they begin (InvalidOffset, InvalidHeaderDeserialization).</summary>
    public const string Offsets = "SAFETENSORS_OFFSETS";

    /// <summary>A tensor's offsets span another size than its dtype and shape need (TensorInvalidInfo).</summary>
    public const string TensorSize = "SAFETENSORS_TENSOR_SIZE";

    /// <summary>A tensor of 4- or 6-bit values does not fill whole bytes (MisalignedSlice).</summary>
    public const string Misaligned = "SAFETENSORS_MISALIGNED";

    /// <summary>Bytes before a tensor belong to no tensor (InvalidOffset).</summary>
    public const string Hole = "SAFETENSORS_HOLE";

    /// <summary>Two tensors share bytes (InvalidOffset).</summary>
    public const string Overlap = "SAFETENSORS_OVERLAP";

    /// <summary>Bytes after the last tensor belong to none (MetadataIncompleteBuffer).</summary>
    public const string TrailingData = "SAFETENSORS_TRAILING_DATA";

    /// <summary>The file ends before its last tensor does (MetadataIncompleteBuffer).</summary>
    public const string DataTruncated = "SAFETENSORS_DATA_TRUNCATED";

    /// <summary>The same tensor lies in two shards of one model.</summary>
    public const string DuplicateTensor = "SAFETENSORS_DUPLICATE_TENSOR";

    /// <summary>A file of a numbered set of shards that has no index is not there.</summary>
    public const string ShardMissing = "SAFETENSORS_SHARD_MISSING";

    /// <summary>An index file is longer than the limit or lists more tensors than the limit.</summary>
    public const string IndexTooLarge = "SAFETENSORS_INDEX_TOO_LARGE";

    /// <summary>An index file is no UTF-8 JSON object.</summary>
    public const string IndexJson = "SAFETENSORS_INDEX_JSON";

    /// <summary>An index file is nested deeper than the limit.</summary>
    public const string IndexDepth = "SAFETENSORS_INDEX_DEPTH";

    /// <summary>A key stands twice in one object of an index file, a tensor in two shards for example.</summary>
    public const string IndexDuplicateKey = "SAFETENSORS_INDEX_DUPLICATE_KEY";

    /// <summary>An index file has no <c>weight_map</c>, or one that is not an object of file names, or an empty one.</summary>
    public const string IndexWeightMap = "SAFETENSORS_INDEX_WEIGHT_MAP";

    /// <summary>A shard that an index names is not there.</summary>
    public const string IndexShardMissing = "SAFETENSORS_INDEX_SHARD_MISSING";

    /// <summary>A tensor is not in the shard in which the index places it.</summary>
    public const string IndexTensorMissing = "SAFETENSORS_INDEX_TENSOR_MISSING";

    /// <summary>A shard holds a tensor that the index does not list.</summary>
    public const string IndexTensorUnlisted = "SAFETENSORS_INDEX_TENSOR_UNLISTED";
}
