using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>A frame that was read and has its checksums and hash.</summary>
internal readonly record struct WholeFrame(ContentHash Hash, long PackId, long Offset, long StoredBytes, long ContentBytes, byte Codec);
