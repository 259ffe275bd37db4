using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>What the index of a checkpoint says.</summary>
/// <param name="ShardCount">Number of files with data.</param>
/// <param name="Order">Byte order of the numbers in them.</param>
/// <param name="Producer">Version of the checkpoint's format.</param>
/// <param name="Entries">The tensors under their names, in the order of their keys.</param>
/// <param name="Slices">The data of partitioned variables, by key.</param>
internal sealed record BundleIndex(
    int ShardCount, ByteOrder Order, int Producer, IReadOnlyList<BundleEntry> Entries, IReadOnlyDictionary<string, BundleEntry> Slices);
