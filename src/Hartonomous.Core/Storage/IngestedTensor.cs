using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A tensor whose content is in the store, or staged to be with the next commit.</summary>
/// <param name="Hash">SHA-256 of the content.</param>
/// <param name="SizeBytes">Length of the content.</param>
/// <param name="Blocks">Its blocks in order; empty where the tensor is a single block, which then has the tensor's own hash.</param>
public sealed record IngestedTensor(ContentHash Hash, long SizeBytes, IReadOnlyList<BlockPlacement> Blocks);
