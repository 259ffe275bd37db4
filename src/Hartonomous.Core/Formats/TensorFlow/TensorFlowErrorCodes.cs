namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Codes of the TensorFlow reader's errors. Those of damaged protobuf messages are in
/// <see cref="Protobuf.ProtobufErrorCodes"/>, those of compressed blocks in <see cref="SnappyErrorCodes"/>.
/// </summary>
public static class TensorFlowErrorCodes
{
    /// <summary>The index of a checkpoint is shorter than the footer of a table.</summary>
    public const string TableSize = "TENSORFLOW_TABLE_SIZE";

    /// <summary>The index of a checkpoint does not end in the magic number of tables.</summary>
    public const string TableMagic = "TENSORFLOW_TABLE_MAGIC";

    /// <summary>The place of a block is absent, beyond the file, or not behind the block before.</summary>
    public const string BlockHandle = "TENSORFLOW_BLOCK_HANDLE";

    /// <summary>A block is longer than is accepted.</summary>
    public const string BlockSize = "TENSORFLOW_BLOCK_SIZE";

    /// <summary>The checksum of a block is not that of its bytes.</summary>
    public const string BlockChecksum = "TENSORFLOW_BLOCK_CHECKSUM";

    /// <summary>A block is compressed in a way that does not exist.</summary>
    public const string BlockCompression = "TENSORFLOW_BLOCK_COMPRESSION";

    /// <summary>An entry of a block reaches past its end.</summary>
    public const string BlockEntry = "TENSORFLOW_BLOCK_ENTRY";

    /// <summary>The restart points of a block are too many, none, or not the beginnings of entries.</summary>
    public const string BlockRestarts = "TENSORFLOW_BLOCK_RESTARTS";

    /// <summary>A key shares more bytes with the key before than that has.</summary>
    public const string KeyPrefix = "TENSORFLOW_KEY_PREFIX";

    /// <summary>The keys of a table do not rise.</summary>
    public const string KeyOrder = "TENSORFLOW_KEY_ORDER";

    /// <summary>A key is empty where a name belongs, too long, or not valid UTF-8.</summary>
    public const string Key = "TENSORFLOW_KEY";

    /// <summary>The table has no header of a checkpoint, or one with no shards or an unknown byte order.</summary>
    public const string BundleHeader = "TENSORFLOW_BUNDLE_HEADER";

    /// <summary>The checkpoint asks for a newer reader.</summary>
    public const string BundleVersion = "TENSORFLOW_BUNDLE_VERSION";

    /// <summary>The file is a checkpoint of version 1 (SavedTensorSlices), which is not read.</summary>
    public const string CheckpointV1 = "TENSORFLOW_CHECKPOINT_V1";

    /// <summary>An entry of a checkpoint is no valid message.</summary>
    public const string BundleEntry = "TENSORFLOW_BUNDLE_ENTRY";

    /// <summary>A checkpoint has files with data, but no index.</summary>
    public const string IndexMissing = "TENSORFLOW_INDEX_MISSING";

    /// <summary>A file with data of a checkpoint is not there.</summary>
    public const string ShardMissing = "TENSORFLOW_SHARD_MISSING";

    /// <summary>A tensor is in a shard that does not exist.</summary>
    public const string ShardId = "TENSORFLOW_SHARD_ID";

    /// <summary>A tensor begins or ends outside its shard.</summary>
    public const string TensorOffset = "TENSORFLOW_TENSOR_OFFSET";

    /// <summary>A tensor has another size than its dtype and shape need.</summary>
    public const string TensorSize = "TENSORFLOW_TENSOR_SIZE";

    /// <summary>Two tensors of a checkpoint share bytes.</summary>
    public const string Overlap = "TENSORFLOW_OVERLAP";

    /// <summary>The checksum of a tensor is not that of its bytes. Found when its content is read from end to end.</summary>
    public const string TensorChecksum = "TENSORFLOW_TENSOR_CHECKSUM";

    /// <summary>The slices of a partitioned variable are absent, of another dtype, overlap, or leave something out.</summary>
    public const string Slices = "TENSORFLOW_SLICES";

    /// <summary>A dtype does not exist.</summary>
    public const string Dtype = "TENSORFLOW_DTYPE";

    /// <summary>A shape is unknown, has a negative dimension or more than 2^63 - 1 values.</summary>
    public const string Shape = "TENSORFLOW_SHAPE";

    /// <summary>A tensor has more dimensions than are accepted.</summary>
    public const string Rank = "TENSORFLOW_RANK";

    /// <summary>Tables and metadata of the model would take more memory than is accepted.</summary>
    public const string HeaderMemory = "TENSORFLOW_HEADER_MEMORY";

    /// <summary>The file holds no graph.</summary>
    public const string GraphEmpty = "TENSORFLOW_GRAPH_EMPTY";

    /// <summary>A SavedModel holds no meta graph.</summary>
    public const string SavedModelEmpty = "TENSORFLOW_SAVED_MODEL_EMPTY";

    /// <summary>A node or function has no name, or two of a graph have the same.</summary>
    public const string NodeName = "TENSORFLOW_NODE_NAME";

    /// <summary>A Const node has no value.</summary>
    public const string ConstValue = "TENSORFLOW_CONST_VALUE";

    /// <summary>The raw content of a constant has another size than its dtype and shape need.</summary>
    public const string ContentSize = "TENSORFLOW_CONTENT_SIZE";

    /// <summary>A constant has more values than its shape, or half a complex number.</summary>
    public const string ValueCount = "TENSORFLOW_VALUE_COUNT";

    /// <summary>The values of a constant are written twice, or in a field that is not its dtype's.</summary>
    public const string ValueField = "TENSORFLOW_VALUE_FIELD";

    /// <summary>Constants of repeated values have more bytes than are accepted.</summary>
    public const string FillSize = "TENSORFLOW_FILL_SIZE";
}
