namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>An entry of a checkpoint's index (BundleEntryProto of <c>tensorflow/core/protobuf/tensor_bundle.proto</c>).</summary>
/// <param name="Key">The key as it is, one character a byte.</param>
/// <param name="Dtype">TensorFlow's number of the dtype.</param>
/// <param name="Shape">The shape.</param>
/// <param name="ShardId">Number of the shard with the data.</param>
/// <param name="Offset">Where in the shard they begin.</param>
/// <param name="Size">Their length in bytes.</param>
/// <param name="Crc">Their masked CRC-32C.</param>
/// <param name="Slices">The slices of a partitioned variable, whose data are in entries of their own; else empty.</param>
/// <param name="Place">Where in the index the entry is, for errors.</param>
internal sealed record BundleEntry(
    string Key,
    int Dtype,
    ProtoShape Shape,
    int ShardId,
    long Offset,
    long Size,
    uint Crc,
    IReadOnlyList<SliceExtent[]> Slices,
    long Place);
