using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// A payload and where it lies: in a pack or beside its atom, and in the content it is a block of. A content that comes from factors has none.
/// </summary>
internal readonly record struct StoredBlock(
    ContentHash Hash, long ByteOffset, long SizeBytes, long PackId, long PackOffset, long StoredBytes, int Codec, byte[]? Content,
    long AtomId = 0, bool IsFactored = false);
