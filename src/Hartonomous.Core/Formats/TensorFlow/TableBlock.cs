using System.Buffers.Binary;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// A cursor over the entries of one block of a table. Each key is written as what differs from the key before: varint32 length shared,
/// varint32 length that follows, varint32 length of the value, the rest of the key, the value. At the end stand the places of the entries
/// that share nothing (u32 each) and their number (u32).
/// </summary>
/// <param name="content">The block, decompressed.</param>
/// <param name="file">The file, for errors.</param>
/// <param name="offset">Where in the file the block begins, for errors. Places inside a compressed block are added as they are.</param>
internal sealed class TableBlock(byte[] content, string file, long offset)
{
    private const int RestartSize = sizeof(uint);

    private readonly int _end = FindEnd(content, file, offset);
    private byte[] _key = [];
    private int _keyLength;
    private int _position;
    private int _restart;

    /// <summary>Key of the current entry; valid until the next.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Value of the current entry.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>Where the current entry begins, for errors.</summary>
    public long EntryOffset { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>False at the end of the block.</returns>
    /// <exception cref="ModelFormatException">The entry is not as the format says.</exception>
    public bool Next()
    {
        if (_position == _end)
        {
            return _restart == RestartCount || _end == 0
                ? false
                : throw Error(TensorFlowErrorCodes.BlockRestarts, "a restart point lies beyond the last entry");
        }

        int start = _position;
        EntryOffset = offset + start;
        ReadOnlySpan<byte> entries = content.AsSpan(0, _end);
        if (!TableVarint.TryRead32(entries, ref _position, out uint shared) ||
            !TableVarint.TryRead32(entries, ref _position, out uint own) ||
            !TableVarint.TryRead32(entries, ref _position, out uint valueLength) ||
            (long)own + valueLength > _end - _position)
        {
            throw Error(TensorFlowErrorCodes.BlockEntry, "an entry reaches past the end of its block");
        }

        if (shared > _keyLength)
        {
            throw Error(
                TensorFlowErrorCodes.KeyPrefix, $"a key is said to share {shared} bytes with the key before, which has {_keyLength}");
        }

        PassRestarts(start, shared);
        SetKey((int)shared, entries.Slice(_position, (int)own));
        _position += (int)own;
        Value = content.AsMemory(_position, (int)valueLength);
        _position += (int)valueLength;
        return true;
    }

    private int RestartCount => (content.Length - RestartSize - _end) / RestartSize;

    private static int FindEnd(byte[] content, string file, long offset)
    {
        if (content.Length < 2 * RestartSize)
        {
            throw new ModelFormatException(
                TensorFlowErrorCodes.BlockRestarts, file, offset,
                $"a block has {content.Length} bytes, {2 * RestartSize} at least are needed");
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(content.Length - RestartSize));
        int most = (content.Length / RestartSize) - 1;
        return count >= 1 && count <= most
            ? content.Length - RestartSize - ((int)count * RestartSize)
            : throw new ModelFormatException(
                TensorFlowErrorCodes.BlockRestarts, file, offset,
                $"a block is said to have {count} restart points, 1 to {most} fit into it");
    }

    // The points are those of the writer's lookups: each is the beginning of an entry that shares nothing, the first that of the block.
    private void PassRestarts(int start, uint shared)
    {
        bool isRestart = _restart < RestartCount && RestartAt(_restart) == start;
        if ((start == 0 && !isRestart) || (isRestart && shared != 0) || (_restart < RestartCount && RestartAt(_restart) < start))
        {
            throw Error(TensorFlowErrorCodes.BlockRestarts, "a restart point is not the beginning of an entry with its whole key");
        }

        _restart += isRestart ? 1 : 0;
    }

    private uint RestartAt(int index) => BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(_end + (index * RestartSize)));

    private void SetKey(int shared, ReadOnlySpan<byte> own)
    {
        int length = shared + own.Length;
        if (length > _key.Length)
        {
            Array.Resize(ref _key, Math.Max(length, 2 * _key.Length));
        }

        own.CopyTo(_key.AsSpan(shared));
        _keyLength = length;
    }

    private ModelFormatException Error(string code, string problem) => new(code, file, EntryOffset, problem);
}
