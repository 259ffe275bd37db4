namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The data of a tensor, or of a slice of one, in a shard of a checkpoint.</summary>
/// <param name="File">Path of the shard in its model.</param>
/// <param name="Offset">Where the data begin.</param>
/// <param name="Size">Their length in bytes.</param>
/// <param name="Crc">Their masked CRC-32C.</param>
internal readonly record struct StoredTensor(string File, long Offset, long Size, uint Crc);
