namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Values of variable length (specification, III.E): text attributes above all.</summary>
internal sealed class Hdf5GlobalHeap(Hdf5Reader reader)
{
    private const int MaxCached = 16 * 1024 * 1024;
    private const int HeaderSize = 8;

    private readonly Dictionary<long, Dictionary<int, ReadOnlyMemory<byte>>> _collections = [];
    private long _cached;

    /// <summary>An object of a collection.</summary>
    /// <param name="address">Address of the collection.</param>
    /// <param name="index">Number of the object.</param>
    /// <param name="at">Where in the file it is asked for.</param>
    public ReadOnlyMemory<byte> Object(long address, uint index, long at)
    {
        if (!_collections.TryGetValue(address, out Dictionary<int, ReadOnlyMemory<byte>>? objects))
        {
            objects = Read(address);
        }

        return index <= ushort.MaxValue && objects.TryGetValue((int)index, out ReadOnlyMemory<byte> found)
            ? found
            : throw reader.Error(Hdf5ErrorCodes.GlobalHeap, at, $"the global heap collection at {address} has no object {index}");
    }

    private Dictionary<int, ReadOnlyMemory<byte>> Read(long address)
    {
        Hdf5Block head = reader.Read(address, HeaderSize + reader.LengthSize, "a global heap collection");
        head.Expect("GCOL"u8, Hdf5ErrorCodes.GlobalHeap, "a global heap collection");
        head.ExpectVersion(1, Hdf5ErrorCodes.GlobalHeap, "a global heap collection");
        head.Skip(3);
        long size = head.LengthField();
        if (size < head.Length)
        {
            throw reader.Error(Hdf5ErrorCodes.GlobalHeap, head.Offset, $"a global heap collection is to have {size} bytes");
        }

        Hdf5Block block = reader.Read(address, size, "a global heap collection");
        block.Skip(head.Length);
        Dictionary<int, ReadOnlyMemory<byte>> objects = [];
        while (block.Remaining >= HeaderSize + reader.LengthSize)
        {
            long at = block.Offset;
            int index = block.U16();
            block.Skip(6);
            long length = block.LengthField();
            if (index == 0)
            {
                break; // free space, to the end
            }

            if (length > block.Remaining || !objects.TryAdd(index, block.Memory.Slice(block.Position, (int)length)))
            {
                throw reader.Error(Hdf5ErrorCodes.GlobalHeap, at,
                    $"object {index} of {length} bytes is there twice, or reaches out of its collection");
            }

            block.Skip((int)Math.Min((length + 7) / 8 * 8, block.Remaining));
        }

        _cached += size;
        if (_cached > MaxCached)
        {
            _collections.Clear();
            _cached = size;
        }

        _collections.Add(address, objects);
        return objects;
    }
}
