namespace Hartonomous.Core.Formats.Shards;

/// <summary>Codes of the errors that sharded models of a format can have.</summary>
/// <param name="Json">The index is no JSON, too deep, or has a key twice.</param>
/// <param name="IndexTooLarge">The index is too long or lists too many tensors.</param>
/// <param name="IndexWeightMap">The index has no usable <c>weight_map</c>.</param>
/// <param name="IndexShardMissing">A shard of the index is not there.</param>
/// <param name="IndexTensorMissing">A tensor is not where the index places it.</param>
/// <param name="IndexTensorUnlisted">A shard holds a tensor that the index does not list.</param>
/// <param name="ShardMissing">A file of a numbered set is not there.</param>
/// <param name="DuplicateTensor">A tensor lies in two shards.</param>
internal sealed record ShardCodes(
    StrictJsonCodes Json,
    string IndexTooLarge,
    string IndexWeightMap,
    string IndexShardMissing,
    string IndexTensorMissing,
    string IndexTensorUnlisted,
    string ShardMissing,
    string DuplicateTensor);
